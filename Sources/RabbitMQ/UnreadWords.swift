import Broker

/// What a broker's bytes that nobody has taken yet say of an alarm.
///
/// A broker with an alarm says so and reads nothing more. Whoever is in the middle of sending a frame then cannot ask the
/// library, which may send a heartbeat into it: so the words are looked at and left where they are.
enum UnreadWords {
    private static let frameHeaderBytes = 7
    private static let methodBytes = 4
    private static let frameEndBytes = 1

    enum Alarm: Equatable {
        case began(reason: String)
        case ended
    }

    /// The last word about an alarm in bytes that begin with a frame; what is not there as a whole counts as not there.
    static func alarm(in bytes: [UInt8]) -> Alarm? {
        var alarm: Alarm?
        var start = 0
        while bytes.count - start >= frameHeaderBytes {
            let head = bytes[start..<start + frameHeaderBytes]
            let payload = start + frameHeaderBytes
            let end = payload + Int(number(head.suffix(4)))
            guard end + frameEndBytes <= bytes.count else { break }
            let isMethodOfConnection = bytes[start] == 1 && bytes[start + 1] == 0 && bytes[start + 2] == 0
            if isMethodOfConnection, end - payload >= methodBytes {
                switch Method(rawValue: number(bytes[payload..<payload + methodBytes])) {
                case .connectionBlocked: alarm = .began(reason: reason(bytes[payload + methodBytes..<end]))
                case .connectionUnblocked: alarm = .ended
                default: break
                }
            }
            start = end + frameEndBytes
        }
        return alarm
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A text of at most 255 bytes behind its length.
    private static func reason(_ bytes: ArraySlice<UInt8>) -> String {
        ReplyMapping.text(bytes.dropFirst().prefix(Int(bytes.first ?? 0)))
    }
}
