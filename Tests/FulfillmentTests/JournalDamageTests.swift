import Foundation
import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Damaged and foreign rows")
struct JournalDamageTests {
    private func read(_ text: String) throws -> [OrderEvent] {
        try JournalCodec.decodeEvents(Array(text.utf8))
    }

    /// What is said of a text that is no row of events.
    private func complaint(_ text: String) -> String {
        #expect(throws: JournalError.self, "\(text)") { try read(text) }?.description ?? ""
    }

    private var samples: [[UInt8]] {
        get throws { try JournalSamples.events.map { try JournalCodec.encode([$0]) } }
    }

    @Test("a row cut off anywhere is an error, and no crash")
    func cutOff() throws {
        for row in try samples {
            for count in row.indices {
                #expect(throws: JournalError.self) { try JournalCodec.decodeEvents(Array(row[..<count])) }
            }
        }
    }

    @Test(
        "a row with any byte changed is read or is an error, and no crash; what is read can be written again"
    )
    func changed() throws {
        var random = SeededRandom(seed: 1)
        let marks = Array("\"\\{}[],:0-n \u{0}u".utf8) + [0x80, 0xC3, 0xED, 0xFF]
        for row in try samples {
            for _ in 0..<400 {
                var damaged = row
                for _ in 0...random.below(2) {
                    damaged[random.below(row.count)] =
                        random.percent(60) ? marks[random.below(marks.count)] : UInt8(random.below(256))
                }
                // An error is right as well: the damage is found.
                guard let events = try? JournalCodec.decodeEvents(damaged) else { continue }
                #expect(try JournalCodec.decodeEvents(JournalCodec.encode(events)) == events)
            }
        }
    }

    @Test("the complaint names the place and the problem, and not the data")
    func places() throws {
        let state = #"{"lineStateChanged":{"_0":"4711","state":"OPEN"}}"#
        #expect(
            complaint("[\(state),{\"lineStateChanged\":{\"_0\":\"4711\",\"state\":17}}]")
                == "stored events cannot be read: at [1].lineStateChanged.state, byte 92: a text is expected"
        )
        #expect(
            complaint(#"[{"planned":{"_0":{"components":[{"id":"4711"}]}}}]"#)
                == "stored events cannot be read: at [0].planned._0.components[0], byte 45: "
                + "the field function is missing"
        )
        #expect(
            complaint(#"[{"newEvent":{"_0":"4711"}}]"#)
                == "stored events cannot be read: at [0], byte 2: no event that this version knows"
        )
        #expect(
            complaint(#"[{"componentProgressed":{"_0":"4711","state":"OPEN","processing":"Paused"}}]"#)
                == "stored events cannot be read: at [0].componentProgressed.processing, byte 65: "
                + "no ProcessingState that this version knows"
        )
    }

    @Test("a journal with a damaged hop says which")
    func damagedHop() throws {
        let hop = (at: Timestamp.testStart, events: Array("[{}]".utf8))
        let error = #expect(throws: JournalError.self) {
            try JournalCodec.fold([hop], onto: nil, id: OrderID(role: "COM", key: "1"))
        }
        #expect(
            error?.message
                == "stored events of \(Timestamp.testStart) cannot be read: at [0], byte 2: a text is expected"
        )
    }

    @Test(
        "what is no row is an error",
        arguments: [
            "", " ", "[", "]", "{}", "null", "[null]", "[{}]", "[,]", "[1]", "[[]]", "[] []", "[]x",
            #"[{"statusChanged":{"_0":"A"}},]"#,
            #"[{"statusChanged":{"_0":"A"}} {"statusChanged":{"_0":"A"}}]"#,
            #"[{"statusChanged":{"_0":"A"},"planned":{}}]"#, #"[{"statusChanged":{"_0":"A",}}]"#,
            #"[{"statusChanged":{"_0":"A","_0":"B"}}]"#, #"[{"statusChanged":{"_0" "A"}}]"#,
            #"[{"statusChanged":{"_0":null}}]"#, #"[{"statusChanged":{"_0":true}}]"#,
            #"[{"statusChanged":{"_0":"A","x":[1}}]"#, #"[{"statusChanged":{"_0":"A","x":nul}}]"#,
            #"[{"statusChanged":{"_0":"A","x":}}]"#, #"[{"statusChanged":{"x":1,"x":2,"_0":"A"}}]"#,
            #"[{"statusChanged":{x:1,"_0":"A"}}]"#,
            #"[{"lifecycleChanged":{"from":"Not Started","to":"Gone"}}]"#,
        ]
    )
    func noRow(text: String) { _ = complaint(text) }

    @Test(
        "a text that JSON or Unicode does not permit is an error",
        arguments: [
            #"\"#, #"\x"#, #"\u"#, #"\u12"#, #"\u12G4"#, #"\uD800"#, #"\uDC00"#, #"\uD800x"#, #"\uD800\n"#,
            #"\uD800\uD800"#, "\n", "\u{0}", "\u{1f}",
        ]
    )
    func noText(text: String) { _ = complaint(#"[{"statusChanged":{"_0":""# + text + #""}}]"#) }

    @Test("bytes that are no UTF-8 are an error", arguments: [[0x80], [0xC3], [0xED, 0xA0, 0x80], [0xFF]])
    func noUTF8(text: [UInt8]) {
        let row = Array(#"[{"statusChanged":{"_0":""#.utf8) + text + Array(#""}}]"#.utf8)
        #expect(throws: JournalError.self) { try JournalCodec.decodeEvents(row) }
    }

    @Test("every way of escaping a character is understood")
    func escapes() throws {
        let row = #"[{"statusChanged":{"_0":"\"\\\/\b\f\n\r\t\u0041\u00e9\u2028\ud83d\uDE00"}}]"#
        #expect(try read(row) == [.statusChanged("\"\\/\u{8}\u{c}\n\r\tAé\u{2028}😀")])
    }

    @Test(
        "whole numbers are exact to their limits",
        arguments: [Int64.min, .min + 1, -10, -1, 0, 1, 9, 10, 1 << 53 + 1, .max - 1, .max]
    )
    func numbers(number: Int64) throws {
        let event = OrderEvent.componentScheduled("A", due: Timestamp(milliseconds: number))
        let row = #"[{"componentScheduled":{"_0":"A","due":\#(number)}}]"#
        #expect(try JournalCodec.encode([event]) == Array(row.utf8))
        #expect(try read(row) == [event])
    }

    @Test(
        "what is no whole number of 64 bits is an error",
        arguments: [
            "9223372036854775808", "-9223372036854775809", "99999999999999999999", "1.0", "1e3", "1E3", "01",
            "-01",
            "00", "-", "+1", "--1", "0x1", ".5", "\"1\"", "null", "true",
        ]
    )
    func noNumber(text: String) { _ = complaint(#"[{"componentScheduled":{"_0":"A","due":\#(text)}}]"#) }

    @Test("fields come in any order, with fields nobody knows, nothing for null, and white space between")
    func foreign() throws {
        let text = #"""
             [ { "updateIgnored" : { "new" : { "a" : [ 1.5e-3 , "x\"}" , null , true , { } ] } , "reason" : "late" ,
               "_0" : null } } ,
            	{ "valueRecorded" : { "attribute" : { "value" : "v" , "action" : null , "n\u0061me" : "n" } ,
            	  "_0" : "1" } } ]
            """#
        #expect(
            try read(text.replacing("\n", with: "\r\n")) == [
                .updateIgnored(nil, reason: "late"),
                .valueRecorded("1", attribute: LineAttribute(name: "n", value: "v")),
            ]
        )
        #expect(try read("[]") == [])
        #expect(try read(" [ ] ") == [])
    }

    @Test("keys that are data are there once, and are numbers where they must be")
    func keys() throws {
        var state = OrderState(
            id: OrderID(role: "COM", key: "1"),
            revision: 1,
            catalogVersion: "1",
            origin: JournalSamples.context,
            createdAt: .testStart
        )
        state.lines = [LineProgress(id: "1")]
        state.lines[0].values = ["k": "v"]
        state.components = [OrderComponent(plan: JournalSamples.plan.components[0])]
        state.components[0].heldSince = [7: .testStart]
        let text = String(decoding: try JournalCodec.encode(state), as: UTF8.self)
        for (right, wrong) in [
            (#"{"k":"v"}"#, #"{"k":"v","k":"w"}"#), (#""heldSince":{"7""#, #""heldSince":{"x""#),
        ] {
            #expect(try JournalCodec.decodeState(Array(text.utf8)) == state)
            #expect(text.contains(right))
            let changed = Array(text.replacing(right, with: wrong).utf8)
            #expect(throws: JournalError.self) { try JournalCodec.decodeState(changed) }
        }
    }

    @Test("rows that a tool laid out anew are read", arguments: JournalSamples.events)
    func laidOutAnew(event: OrderEvent) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted]
        #expect(try JournalCodec.decodeEvents(Array(encoder.encode([event]))) == [event])
    }

    @Test("levels inside one another have a limit, and so do rows")
    func limits() {
        for (opening, closing) in [("[", "]"), (#"{"a":"#, "}")] {
            func row(_ levels: Int) -> String {
                #"[{"statusChanged":{"new":"# + String(repeating: opening, count: levels) + "1"
                    + String(repeating: closing, count: levels) + #","_0":"A"}}]"#
            }
            #expect(throws: Never.self) { try read(row(50)) }
            #expect(complaint(row(70)).contains("more than 64 levels"))
            _ = complaint(row(1_000_000))
            _ = complaint(String(repeating: opening, count: 1_000_000))
        }
        let fields = (0..<100_000).map { #""\#($0)":1,"# }.joined()
        #expect(complaint(#"[{"statusChanged":{\#(fields)"_0":"A"}}]"#).contains("more than 500 fields"))
        let long = [UInt8](repeating: 0x20, count: JournalCodec.bytesMax + 1)
        #expect(throws: JournalError.self) { try JournalCodec.decodeEvents(long) }
    }
}
