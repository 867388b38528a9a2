import Foundation
import Fulfillment
import Orders
import TestSupport
import Testing

/// The codec beside the one that the compiler derives: what either writes, both read alike.
@Suite("Journal codec")
struct JournalCodecTests {
    private static let cases =
        OrderEvent.Kind.allCases.map(\.rawValue) + WaitCondition.Kind.allCases.map(\.rawValue)

    private func derived(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    private func object(_ bytes: [UInt8]) throws -> NSObject {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? NSObject)
    }

    private func expectAlike<Value: Codable & Equatable>(
        _ value: Value,
        written: [UInt8],
        read: ([UInt8]) throws -> Value,
        _ label: String
    ) throws {
        let theirs = try derived(value)
        #expect(try read(written) == value, "\(label): ours, read by us")
        #expect(
            try JSONDecoder().decode(Value.self, from: Data(written)) == value,
            "\(label): ours, read by them"
        )
        #expect(try read(theirs) == value, "\(label): theirs, read by us")
        #expect(try object(written) == object(theirs), "\(label): the same fields")
    }

    @Test(
        "events of every kind, made by chance: both write the same, and each reads the other",
        arguments: OrderEvent.Kind.allCases
    )
    func events(kind: OrderEvent.Kind) throws {
        for seed in UInt64(0)..<60 {
            let values = RandomValues(seed: seed, cases: Self.cases)
            let event = try values.make(OrderEvent.self, case: kind.rawValue)
            #expect(event.kind == kind)
            let written = try JournalCodec.encode([event])
            try expectAlike(
                [event],
                written: written,
                read: JournalCodec.decodeEvents,
                "\(kind), seed \(seed)"
            )
            // Strings that are equal need not have the same bytes.
            #expect(try JournalCodec.encode(JournalCodec.decodeEvents(written)) == written)
        }
    }

    @Test("states of orders made by chance: both write the same, and each reads the other", arguments: 0..<10)
    func states(group: UInt64) throws {
        for seed in group * 20..<group * 20 + 20 {
            let values = RandomValues(seed: seed, cases: Self.cases)
            let state = try values.make(OrderState.self)
            let written = try JournalCodec.encode(state)
            try expectAlike(state, written: written, read: JournalCodec.decodeState, "seed \(seed)")
            #expect(try JournalCodec.encode(JournalCodec.decodeState(written)) == written)
        }
    }

    @Test("states and events of orders that went their way: both write the same, and each reads the other")
    func courses() throws {
        for seed in UInt64(0)..<20 {
            var course = RandomCourse(seed: seed, mayCancel: true)
            course.submit()
            for _ in 0..<30 { course.step() }
            let state = try #require(course.run.state)
            try expectAlike(
                state,
                written: JournalCodec.encode(state),
                read: JournalCodec.decodeState,
                "state, seed \(seed)"
            )
            let events = course.run.events
            try expectAlike(
                events,
                written: JournalCodec.encode(events),
                read: JournalCodec.decodeEvents,
                "events, seed \(seed)"
            )
        }
    }

    @Test("the samples have a value in every field, and a row is text that a person can read")
    func readable() throws {
        for event in JournalSamples.events {
            let bytes = try JournalCodec.encode([event])
            #expect(try JournalCodec.decodeEvents(bytes) == [event])
            #expect(try object(bytes) == object(derived([event])))
        }
        let row = try JournalCodec.encode([.valueRecorded("1", attribute: JournalSamples.attribute)])
        #expect(
            String(decoding: row, as: UTF8.self)
                == #"[{"valueRecorded":{"_0":"1","attribute":{"name":"serial","value":"a \"quoted\" \\ back/slash"#
                + #"\n\t\r\b\f\u0000\u001f"# + "\u{7f} ção \u{2028}\u{2029} 漢字 👩‍🔧"
                + #"","dataType":"Text","action":"ADD"}}}]"#
        )
    }

    @Test("equal values are equal bytes, whatever the order in which a dictionary got its keys")
    func sorted() throws {
        var forth = OrderState(
            id: OrderID(role: "COM", key: "1"),
            revision: 1,
            catalogVersion: "1",
            origin: JournalSamples.context,
            createdAt: .testStart
        )
        forth.lines = [LineProgress(id: "1")]
        var back = forth
        for number in 0..<40 {
            forth.lines[0].values["\(number)"] = "x"
            back.lines[0].values["\(39 - number)"] = "x"
        }
        #expect(try JournalCodec.encode(forth) == JournalCodec.encode(back))
    }
}
