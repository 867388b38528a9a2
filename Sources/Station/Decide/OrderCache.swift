internal import Orders

/// Orders in memory between hops: a cache in two generations, of which the older is dropped as a whole.
///
/// Each generation holds at most half of the entries and half of the bytes; only a single entry of more than that is
/// kept beyond it, as to read the largest orders anew at each hop would cost the most.
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

    private let countMax: Int
    private let bytesMax: Int
    private var young = Generation()
    private var old = Generation()

    init(countMax: Int, bytesMax: Int = .max) {
        self.countMax = max(2, countMax)
        self.bytesMax = bytesMax
    }

    /// Hands an entry over; the cache no longer has it.
    mutating func take(_ id: OrderID) -> Value? { young.take(id) ?? old.take(id) }

    /// Keeps an entry that takes about so many bytes.
    mutating func put(_ id: OrderID, _ value: Value, bytes: Int) {
        _ = take(id)
        if !young.entries.isEmpty, young.bytes + bytes > bytesMax / 2 { grow() }
        young.entries[id] = (value, bytes)
        young.bytes += bytes
        if young.entries.count >= countMax / 2 { grow() }
    }

    private mutating func grow() {
        old = young
        young = Generation()
    }

    mutating func removeAll() {
        young = Generation()
        old = Generation()
    }

    var count: Int { young.entries.count + old.entries.count }
    var bytes: Int { young.bytes + old.bytes }
}
