import TestSupport
import Testing

@testable import SQLiteStore

@Suite("The filter before the index of the inbox")
struct InboxFilterTests {
    private static func hashes(_ count: Int, seed: UInt64) -> [Int64] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in Int64(bitPattern: random.next()) }
    }

    @Test("knows every key it was given, and takes few others for known")
    func filters() {
        var filter = InboxFilter(capacity: 200_000)
        let known = Self.hashes(200_000, seed: 1)
        for hash in known { filter.insert(hash) }
        #expect(known.allSatisfy { filter.mayContain($0) })
        let mistaken = Self.hashes(200_000, seed: 2).count { filter.mayContain($0) }
        #expect(mistaken < 4_000, "\(mistaken) of 200,000 are looked up in vain")
        #expect(filter.isFull)
    }

    @Test("keys that differ in their last bits only are told apart, too")
    func similarKeys() {
        var filter = InboxFilter(capacity: 100_000)
        for hash in 0..<Int64(100_000) { filter.insert(hash) }
        #expect((0..<Int64(100_000)).allSatisfy { filter.mayContain($0) })
        #expect((Int64(100_000)..<200_000).count { filter.mayContain($0) } < 2_000)
    }
}
