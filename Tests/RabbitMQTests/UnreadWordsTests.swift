import Testing

@testable import RabbitMQ

/// What is seen of an alarm in bytes that nobody has taken.
@Suite("RabbitMQ: words that wait to be read")
struct UnreadWordsTests {
    private func frame(type: UInt8 = 1, channel: UInt8 = 0, _ payload: [UInt8]) -> [UInt8] {
        [type, 0, channel, 0, 0, 0, UInt8(payload.count)] + payload + [0xCE]
    }

    private var blocked: [UInt8] { frame([0, 10, 0, 60, 9] + Array("low on me".utf8)) }
    private var unblocked: [UInt8] { frame([0, 10, 0, 61]) }
    private var heartbeat: [UInt8] { frame(type: 8, []) }
    private var ack: [UInt8] { frame(channel: 1, [0, 60, 0, 80, 0, 0, 0, 0, 0, 0, 0, 1, 0]) }

    @Test("An alarm behind other frames, with its reason; the last word counts")
    func alarms() {
        #expect(UnreadWords.alarm(in: ack + heartbeat + blocked + heartbeat) == .began(reason: "low on me"))
        #expect(UnreadWords.alarm(in: blocked + ack + unblocked) == .ended)
        #expect(UnreadWords.alarm(in: blocked + unblocked + blocked) == .began(reason: "low on me"))
        #expect(UnreadWords.alarm(in: ack + heartbeat) == nil)
        #expect(UnreadWords.alarm(in: frame(channel: 1, [0, 10, 0, 61])) == nil, "of another channel")
        #expect(UnreadWords.alarm(in: frame(type: 2, [0, 10, 0, 61])) == nil, "no method")
    }

    @Test("A frame that is not whole says nothing, wherever it ends, and a wrong length harms nobody")
    func pieces() {
        let bytes = heartbeat + blocked
        for count in 0..<bytes.count { #expect(UnreadWords.alarm(in: Array(bytes.prefix(count))) == nil) }
        #expect(UnreadWords.alarm(in: blocked + [1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0]) != nil)
        #expect(UnreadWords.alarm(in: frame([0, 10, 0, 60])) == .began(reason: ""))
        #expect(UnreadWords.alarm(in: frame([0, 10, 0, 60, 255, 120])) == .began(reason: "x"))
        #expect(UnreadWords.alarm(in: frame([0, 10])) == nil)
    }
}
