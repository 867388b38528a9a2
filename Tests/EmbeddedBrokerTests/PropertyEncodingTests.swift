import Broker
import EmbeddedBroker
import TestSupport
import Testing

@Suite("Embedded broker: properties as bytes")
struct PropertyEncodingTests {
    private static let full = MessageProperties(
        contentType: "application/xml",
        contentEncoding: "",
        headers: [
            HeaderField("same", .integer(.max)), HeaderField("same", .integer(.min)),
            HeaderField("", .double(-0.125)), HeaderField("nan", .double(.infinity)),
            HeaderField(
                "nested",
                .table([HeaderField("list", .array([.void, .boolean(true), .boolean(false)]))])
            ),
            HeaderField("bytes", .bytes([UInt8](0...255))), HeaderField("time", .timestamp(.max)),
            HeaderField("text", .text(String(repeating: "é", count: 300))),
        ],
        deliveryMode: 2,
        priority: 255,
        correlationID: "c",
        replyTo: "r",
        expiration: "1",
        messageID: "m",
        timestampSeconds: .max,
        type: "t",
        userID: "u",
        appID: "a"
    )

    @Test("What is written is read back, with order, repetition and empty texts")
    func exact() throws {
        for properties in [Self.full, MessageProperties(), MessageProperties(appID: "")] {
            #expect(try PropertyEncoding.decode(PropertyEncoding.encode(properties)) == properties)
        }
    }

    @Test("Bytes that end early are refused, wherever they end")
    func truncated() throws {
        let bytes = try PropertyEncoding.encode(Self.full)
        for count in bytes.indices {
            #expect(throws: PropertyEncoding.Failure.self) {
                try PropertyEncoding.decode(Array(bytes.prefix(count)))
            }
        }
        #expect(throws: PropertyEncoding.Failure.self) { try PropertyEncoding.decode(bytes + [0]) }
    }

    @Test("Altered bytes are read or refused, and never end the program")
    func altered() throws {
        let bytes = try PropertyEncoding.encode(Self.full)
        var refusals = 0
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                do {
                    // Reading something else is right: not every change can be noticed.
                    #expect(try PropertyEncoding.decode(changed) != Self.full)
                } catch {
                    refusals += 1
                }
            }
        }
        #expect(refusals > 0)
        for length in [UInt8(0x80), 0xFF] {
            let endless = [1, 4] + [UInt8](repeating: length, count: 12)
            #expect(throws: PropertyEncoding.Failure.self) { try PropertyEncoding.decode(endless) }
        }
    }

    @Test("Nesting is bounded on both sides")
    func nesting() throws {
        func properties(depth: Int) -> MessageProperties {
            var value = HeaderValue.integer(1)
            for _ in 0..<depth { value = .array([value]) }
            return MessageProperties(headers: [HeaderField("deep", value)])
        }
        let deepest = properties(depth: PropertyEncoding.nestingMax)
        #expect(try PropertyEncoding.decode(PropertyEncoding.encode(deepest)) == deepest)
        #expect(throws: PropertyEncoding.Failure.nestedTooDeep) {
            try PropertyEncoding.encode(properties(depth: PropertyEncoding.nestingMax + 1))
        }
        // An array in an array and so on, a hundred thousand times, after version, mask and an empty name.
        let hostile: [UInt8] = [1, 4, 1, 0] + (0..<100_000).flatMap { _ -> [UInt8] in [9, 1] } + [0]
        #expect(throws: PropertyEncoding.Failure.damaged) { try PropertyEncoding.decode(hostile) }
    }
}
