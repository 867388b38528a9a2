/// A set of positions in a list: bits of a word while they are small, so that most sets take no memory of their own.
struct Positions: Sequence {
    private var first: UInt64 = 0
    /// For positions of 64 and above.
    private var rest: [UInt64] = []

    private static let width = UInt64.bitWidth

    init() {}

    var isEmpty: Bool { first == 0 && rest.allSatisfy { $0 == 0 } }

    /// - Returns: Whether it was not there yet.
    @discardableResult
    mutating func insert(_ position: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(position % Self.width)
        let word = position / Self.width
        if word == 0 {
            defer { first |= bit }
            return first & bit == 0
        }
        while rest.count < word { rest.append(0) }
        defer { rest[word - 1] |= bit }
        return rest[word - 1] & bit == 0
    }

    mutating func remove(_ position: Int) {
        let bit: UInt64 = 1 << UInt64(position % Self.width)
        let word = position / Self.width
        if word == 0 {
            first &= ~bit
        } else if word <= rest.count {
            rest[word - 1] &= ~bit
        }
    }

    func contains(_ position: Int) -> Bool {
        let word = position / Self.width
        guard word <= rest.count else { return false }
        return (word == 0 ? first : rest[word - 1]) & (1 << UInt64(position % Self.width)) != 0
    }

    /// How many there are.
    var count: Int { rest.reduce(first.nonzeroBitCount) { $0 + $1.nonzeroBitCount } }

    /// From the smallest to the largest.
    func makeIterator() -> Iterator { Iterator(left: first, rest: rest) }

    struct Iterator: IteratorProtocol {
        fileprivate var left: UInt64
        fileprivate let rest: [UInt64]
        private var word = 0

        fileprivate init(left: UInt64, rest: [UInt64]) {
            self.left = left
            self.rest = rest
        }

        mutating func next() -> Int? {
            while left == 0 {
                guard word < rest.count else { return nil }
                left = rest[word]
                word += 1
            }
            defer { left &= left - 1 }
            return word * Positions.width + left.trailingZeroBitCount
        }
    }
}
