internal import Orders

/// Orders in memory between hops: a cache in generations, of which the oldest is dropped as a whole.
///
/// Each generation holds its share of the entries and of the bytes, or one entry. Orders that take turns stay in memory
/// as long as they fit into all generations but one. The order put last is kept, whatever it takes.
struct OrderCache<Value> {
    private struct Generation {
        var entries: [OrderID: (value: Value, bytes: Int)] = [:]
        var bytes = 0

        mutating func take(_ id: OrderID) -> Value? {
            guard let entry = entries.removeValue(forKey: id) else { return nil }
            bytes -= entry.bytes
            return entry.value
        }
    }

    private static var generationsMax: Int { 4 }

    private let countMax: Int
    private let bytesMax: Int
    /// Of a generation.
    private let shareOfCount: Int
    private let shareOfBytes: Int
    /// The youngest first.
    private var generations = [Generation()]

    /// At most so many entries and bytes in all; one entry at least.
    init(countMax: Int, bytesMax: Int = .max) {
        self.countMax = max(1, countMax)
        self.bytesMax = bytesMax
        shareOfCount = max(1, countMax / Self.generationsMax)
        shareOfBytes = bytesMax / Self.generationsMax
    }

    /// Hands an entry over; the cache no longer has it.
    mutating func take(_ id: OrderID) -> Value? {
        for index in generations.indices {
            if let value = generations[index].take(id) { return value }
        }
        return nil
    }

    /// Keeps an entry that takes about so many bytes.
    mutating func put(_ id: OrderID, _ value: Value, bytes: Int) {
        _ = take(id)
        if !generations[0].entries.isEmpty, generations[0].bytes + bytes > shareOfBytes { grow() }
        generations[0].entries[id] = (value, bytes)
        generations[0].bytes += bytes
        if generations[0].entries.count >= shareOfCount { grow() }
        let kept = generations[0].entries.isEmpty ? 2 : 1
        while self.bytes > bytesMax || count > countMax, generations.count > kept { generations.removeLast() }
    }

    private mutating func grow() {
        if generations.count == Self.generationsMax { generations.removeLast() }
        generations.insert(Generation(), at: 0)
    }

    mutating func removeAll() { generations = [Generation()] }

    var count: Int { generations.reduce(0) { $0 + $1.entries.count } }
    var bytes: Int { generations.reduce(0) { $0 + $1.bytes } }
}
