internal import Orders

/// Parts of the messages about one order as they were written: most are said several times, in the same words.
///
/// What is kept of a line holds as long as the order has that very object; a line that changes becomes another one.
package final class WrittenParts {
    private struct Told {
        /// Held, so that nobody changes it in place.
        var line: OrderLine
        var setting: Setting
        var bytes: [UInt8]
    }

    /// What the words of a line depend on beside the line.
    struct Setting: Equatable {
        var object: BusinessObject
        var senderID: String
        /// Whether all its parents travel along; with a part of them nothing is kept.
        var haveParents: Bool
    }

    /// By the line's position in the order.
    private var told: [[Told]] = []
    /// One for each kind of message.
    private var headers: [(setting: HeaderText.Setting, text: HeaderText)] = []
    /// What is kept takes about so many bytes.
    package private(set) var bytes = 0

    /// Nothing more is kept of an order beyond this.
    private static let bytesMax = 256 << 10

    package init() {}

    func bytes(of line: OrderLine, at position: Int, _ setting: Setting) -> [UInt8]? {
        guard position < told.count else { return nil }
        return told[position].first { $0.setting == setting && $0.line.isIdentical(to: line) }?.bytes
    }

    func keep(_ bytes: [UInt8], of line: OrderLine, at position: Int, _ setting: Setting) {
        while told.count <= position { told.append([]) }
        // Of a line that is not there any more nothing will be asked.
        for former in told[position] where !former.line.isIdentical(to: line) {
            self.bytes -= former.bytes.count
        }
        told[position].removeAll { !$0.line.isIdentical(to: line) }
        guard self.bytes + bytes.count <= Self.bytesMax else { return }
        self.bytes += bytes.count
        told[position].append(Told(line: line, setting: setting, bytes: bytes))
    }

    func header(_ setting: HeaderText.Setting) -> HeaderText? {
        headers.first { $0.setting.isSame(as: setting) }?.text
    }

    func keep(_ header: HeaderText, _ setting: HeaderText.Setting) {
        if let former = headers.firstIndex(where: { $0.setting.isSameKind(as: setting) }) {
            bytes -= headers.remove(at: former).text.byteCount
        }
        guard bytes + header.byteCount <= Self.bytesMax else { return }
        bytes += header.byteCount
        headers.append((setting, header))
    }
}
