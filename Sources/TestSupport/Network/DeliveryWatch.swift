/// Counts the messages that a broker hands out on one connection, and which of them it marks as offered before.
///
/// It reads the frames of AMQP 0-9-1 as they pass, in whatever pieces they come.
package struct DeliveryWatch {
    /// Messages, and those of them that it had handed out before.
    package private(set) var deliveries = 0
    package private(set) var redeliveries = 0

    private enum Place {
        /// In the header of a frame, of which this is there.
        case header([UInt8])
        /// In its content, with so many bytes to come, the end mark included; what matters of a method is kept.
        case content(left: Int, kept: [UInt8]?)
    }

    package init() {}

    private var place = Place.header([])
    private static let headerBytes = 7
    private static let methodFrame: UInt8 = 1
    /// Class, method, a short text, a number of 64 bits, a flag.
    private static let keptBytesMax = 2 + 2 + 256 + 8 + 1
    /// Class 60, method 60.
    private static let deliver: [UInt8] = [0, 60, 0, 60]

    /// More of what the broker sends.
    package mutating func take(_ bytes: some Collection<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch place {
            case .header(var header):
                let piece = rest.prefix(Self.headerBytes - header.count)
                rest = rest.dropFirst(piece.count)
                header += piece
                place = header.count < Self.headerBytes ? .header(header) : Self.content(after: header)
            case .content(let left, var kept):
                let piece = rest.prefix(left)
                rest = rest.dropFirst(piece.count)
                if let before = kept { kept = before + piece.prefix(Self.keptBytesMax - before.count) }
                guard piece.count == left else {
                    place = .content(left: left - piece.count, kept: kept)
                    return
                }
                if let kept { count(kept) }
                place = .header([])
            }
        }
    }

    private static func content(after header: [UInt8]) -> Place {
        let size = header[3...6].reduce(0) { $0 << 8 | Int($1) }
        return .content(left: size + 1, kept: header[0] == methodFrame ? [] : nil)
    }

    private mutating func count(_ method: [UInt8]) {
        guard method.starts(with: Self.deliver), method.count > 4 else { return }
        let flag = 4 + 1 + Int(method[4]) + 8
        guard method.count > flag else { return }
        deliveries += 1
        if method[flag] & 1 != 0 { redeliveries += 1 }
    }
}
