/// Says of most keys that they are not in `inbox_keys`, without asking the file.
///
/// A blocked Bloom filter: one cache line a key, about 12 bits for each. A message is new almost always, and looking
/// that up in an index of millions costs more than the rest of the hop's reads together. What the filter takes for
/// known is looked up; what was removed from the table stays known here until the filter is made anew.
struct InboxFilter {
    private var words: [UInt64]
    private let blocks: UInt64
    /// Keys that it holds with few errors.
    let capacity: Int
    private(set) var count = 0

    private static let wordsPerBlock = 8
    private static let bitsPerKey = 12
    private static let probes = 6

    init(capacity: Int) {
        self.capacity = max(1 << 16, capacity)
        let bits = self.capacity * Self.bitsPerKey
        blocks = UInt64(max(1, bits / (64 * Self.wordsPerBlock)))
        words = [UInt64](repeating: 0, count: Int(blocks) * Self.wordsPerBlock)
    }

    var isFull: Bool { count >= capacity }

    mutating func insert(_ hash: Int64) {
        var (start, bits) = place(of: hash)
        for _ in 0..<Self.probes {
            words[start + Int(bits >> 6 & 7)] |= 1 << (bits & 63)
            bits >>= 9
        }
        count += 1
    }

    func mayContain(_ hash: Int64) -> Bool {
        var (start, bits) = place(of: hash)
        for _ in 0..<Self.probes {
            guard words[start + Int(bits >> 6 & 7)] & (1 << (bits & 63)) != 0 else { return false }
            bits >>= 9
        }
        return true
    }

    /// The block of a key, and 54 bits that say which of its bits are its own.
    private func place(of hash: Int64) -> (start: Int, bits: UInt64) {
        var mixed = UInt64(bitPattern: hash)
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        let block = mixed.multipliedFullWidth(by: blocks).high
        let bits = mixed &* 0x9e37_79b9_7f4a_7c15
        return (Int(block) * Self.wordsPerBlock, bits)
    }
}
