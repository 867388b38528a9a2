import Broker
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Message properties as bytes")
struct MessagePropertiesCodecTests {
    @Test("Every field and kind of header value comes back")
    func roundTrip() throws {
        for properties in [MessageProperties(), StoreSamples.fullProperties] {
            let bytes = try #require(MessagePropertiesCodec.encode(properties))
            #expect(MessagePropertiesCodec.decode(bytes) == properties)
        }
        let nan = MessageProperties(headers: [HeaderField("nan", .double(.nan))])
        let decoded = MessagePropertiesCodec.decode(try #require(MessagePropertiesCodec.encode(nan)))
        guard case .double(let number) = try #require(decoded?.headers.first).value else {
            Issue.record("not a double")
            return
        }
        #expect(number.isNaN)
    }

    @Test("The bytes of a stored version never change meaning")
    func golden() {
        let properties = MessageProperties(
            headers: [HeaderField("n", .integer(-2))],
            deliveryMode: 2,
            messageID: "id"
        )
        let bytes: [UInt8] = [
            1, 0x0c, 0x01,
            1, 0, 0, 0, 1, 0, 0, 0, 0x6e, 2, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            2,
            2, 0, 0, 0, 0x69, 0x64,
        ]
        #expect(MessagePropertiesCodec.encode(properties) == bytes)
        #expect(MessagePropertiesCodec.decode(bytes) == properties)
    }

    @Test("Damaged bytes are refused, never a crash")
    func damage() throws {
        let bytes = try #require(MessagePropertiesCodec.encode(StoreSamples.fullProperties))
        for length in 0..<bytes.count {
            #expect(MessagePropertiesCodec.decode(Array(bytes.prefix(length))) == nil)
        }
        #expect(MessagePropertiesCodec.decode(bytes + [0]) == nil)
        for index in bytes.indices {
            for value in [0, 1, 0x7f, 0xff] as [UInt8] {
                var damaged = bytes
                damaged[index] = value
                // Another value may come out; what counts is that reading ends.
                _ = MessagePropertiesCodec.decode(damaged)
            }
        }
    }

    @Test("Headers are nested up to the limit and no deeper")
    func depth() throws {
        func nested(_ levels: Int) -> MessageProperties {
            var value = HeaderValue.void
            for level in 1..<levels {
                value = level.isMultiple(of: 2) ? .array([value]) : .table([HeaderField("", value)])
            }
            return MessageProperties(headers: [HeaderField("deep", value)])
        }
        let deepest = nested(MessagePropertiesCodec.depthMax)
        let bytes = try #require(MessagePropertiesCodec.encode(deepest))
        #expect(MessagePropertiesCodec.decode(bytes) == deepest)
        #expect(MessagePropertiesCodec.encode(nested(MessagePropertiesCodec.depthMax + 1)) == nil)
        // A table in a table, 200 times, as bytes that no program of ours wrote.
        let bomb: [UInt8] =
            [1, 4, 0] + Array(repeating: [1, 0, 0, 0, 0, 0, 0, 0, 7] as [UInt8], count: 200).flatMap(\.self)
        #expect(MessagePropertiesCodec.decode(bomb) == nil)
    }
}
