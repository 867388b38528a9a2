import Orders
import Testing

@Suite("Names are found by a hash of our own")
struct TextHashTests {
    @Test("Texts that are equal have the same hash, however their letters are composed")
    func equalTexts() {
        for (left, right) in [
            ("", ""), ("A", "A"), ("S-1/ProvisionOrder/DSL/1", "S-1/ProvisionOrder/DSL/" + "1"),
            ("caf\u{e9}", "cafe\u{301}"), ("\u{212A}-1", "K-1"), ("a\u{37E}b\u{1FEF}", "a;b`"),
            ("\u{212A}\u{e9}", "Ke\u{301}"), ("q\u{307}\u{323}", "q\u{323}\u{307}"),
        ] {
            #expect(left == right)
            #expect(OrderKey(left) == OrderKey(right))
            for seed in [0, 1, -1, .max] {
                #expect(TextHash.of(left, seed: seed) == TextHash.of(right, seed: seed))
            }
            #expect(Set([LineID(left)]).contains(LineID(right)))
        }
    }

    @Test("Every letter, its place, the length and the seed count")
    func differentTexts() {
        let texts = [
            "", "\0", "\0\0", "A", "B", "AB", "BA", "\0A", "A\0", "ABCDEFGH", "ABCDEFGH\0", "ABCDEFGI",
            "BBCDEFGH",
            "ABCDEFGHIJKLMNOP", "ABCDEFGHABCDEFGH", "IJKLMNOPABCDEFGH", "caf\u{e9}", "cafe", "K\u{e9}",
        ]
        #expect(Set(texts.map { TextHash.of($0, seed: 7) }).count == texts.count)
        #expect(Set((0..<1_000).map { TextHash.of("S-1", seed: $0) }).count == 1_000)
    }

    @Test("Numbered names spread over a table as if drawn by lot")
    func spread() {
        for prefix in ["", "S-", "ProvisionOrder/DSL/", "2f9e0d7c-5f0e-4f57-9d2a-"] {
            let places = (0..<65_536).map {
                UInt16(truncatingIfNeeded: TextHash.of(prefix + String($0), seed: 0))
            }
            // Of as many places as names about 63 % are taken.
            #expect((40_000...43_000).contains(Set(places).count))
        }
    }

    @Test("Orders of two roles under one key are two")
    func orderIDs() {
        let ids: Set<OrderID> = [
            OrderID(role: "COM", key: "1"), OrderID(role: "SOM", key: "1"), OrderID(role: "COM", key: "2"),
        ]
        #expect(ids.count == 3)
        #expect(ids.contains(OrderID(role: "SOM", key: "1")))
        #expect(!ids.contains(OrderID(role: "SOM", key: "2")))
    }
}
