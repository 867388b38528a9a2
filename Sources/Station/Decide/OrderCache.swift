internal import Orders

/// Orders in memory between hops: a bounded cache in two generations, of which the older is dropped as a whole.
struct OrderCache<Value> {
    private let countMax: Int
    private var young: [OrderID: Value] = [:]
    private var old: [OrderID: Value] = [:]

    init(countMax: Int) { self.countMax = max(2, countMax) }

    /// Hands an entry over; the cache no longer has it.
    mutating func take(_ id: OrderID) -> Value? {
        young.removeValue(forKey: id) ?? old.removeValue(forKey: id)
    }

    mutating func put(_ id: OrderID, _ value: Value) {
        young[id] = value
        if young.count >= countMax / 2 {
            old = young
            young = [:]
        }
    }

    mutating func removeAll() {
        young.removeAll()
        old.removeAll()
    }

    var count: Int { young.count + old.count }
}
