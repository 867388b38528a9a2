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
    /// Where each line of a long order stood when that was looked up last.
    private var positions: [LineID: Int] = [:]
    /// One for each kind of message.
    private var headers: [(setting: HeaderText.Setting, text: HeaderText)] = []
    /// What is kept takes about so many bytes.
    package private(set) var bytes = 0

    /// No more texts of an order are kept beyond this.
    private static let bytesMax = 256 << 10

    private static let bytesOfPosition = 48

    package init() {}

    /// Whether it is worth knowing where the lines of an order stand, of which one message tells few.
    static func findsLines(_ count: Int, of order: Order) -> Bool {
        let lines = order.lines.count
        return lines > 64 && count < lines / 8
    }

    /// Where a line stands in the order.
    func position(of id: LineID, in order: Order) -> Int? {
        let lines = order.lines
        if let position = positions[id], position < lines.count, lines[position].id == id { return position }
        // Asked for the first time, or the order has other lines now.
        let before = positions.count
        positions = Dictionary(
            lines.indices.lazy.map { (lines[$0].id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        bytes += (positions.count - before) * Self.bytesOfPosition
        return positions[id]
    }

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
