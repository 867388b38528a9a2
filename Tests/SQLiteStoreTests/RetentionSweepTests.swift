import Orders
import Store
import Testing

/// Orders in memory, and how often they were asked for.
private final class CountedOrders: RetentionSource {
    private var orders: [Int64: SweptOrder] = [:]
    private var basesOf: [Int64: [Int64]] = [:]
    private var followersOf: [Int64: [Int64]] = [:]
    private(set) var looks = 0

    func put(_ row: Int64, follows bases: [Int64] = [], isOpen: Bool = false) {
        orders[row] = SweptOrder(
            row: row,
            id: OrderID(role: "COM", key: OrderKey("\(row)")),
            lifecycle: isOpen ? .inProgress : .completed,
            closedAt: isOpen ? nil : Timestamp(milliseconds: row)
        )
        for base in bases where !basesOf[row, default: []].contains(base) {
            basesOf[row, default: []].append(base)
            followersOf[base, default: []].append(row)
        }
    }

    func remove(_ row: Int64) {
        orders[row] = nil
        for base in basesOf.removeValue(forKey: row) ?? [] { followersOf[base]?.removeAll { $0 == row } }
    }

    var count: Int { orders.count }

    func resetLooks() { looks = 0 }

    func hasRelations() -> Bool { !basesOf.isEmpty }

    func closedOrders(after order: SweptOrder?, before time: Timestamp, limit: Int) -> [SweptOrder] {
        looks += limit
        let first = (order?.row ?? 0) + 1
        var found: [SweptOrder] = []
        var row = first
        let last = orders.keys.max() ?? 0
        while row <= last, found.count < limit {
            if let order = orders[row], order.isExpired(before: time) { found.append(order) }
            row += 1
        }
        return found
    }

    func order(row: Int64) -> SweptOrder? {
        looks += 1
        return orders[row]
    }

    func bases(of order: SweptOrder) -> [SweptOrder] {
        let found = (basesOf[order.row] ?? []).compactMap { orders[$0] }
        looks += 1 + found.count
        return found
    }

    func followers(of order: SweptOrder) -> [SweptOrder] {
        let found = (followersOf[order.row] ?? []).compactMap { orders[$0] }
        looks += 1 + found.count
        return found
    }
}

@Suite("Orders that follow each other in large numbers")
struct RetentionSweepTests {
    private let later = Timestamp(milliseconds: 1_000_000_000)
    private static let limit = 200

    /// Sweeps until there is nothing more to do.
    ///
    /// - Returns: The steps, and the most lookups that one of them took.
    private func sweep(_ source: CountedOrders, stepsMax: Int) throws -> (steps: Int, looksMax: Int) {
        var sweep = RetentionSweep()
        var steps = 0
        var looksMax = 0
        var isEnding = false
        while steps < stepsMax {
            source.resetLooks()
            let found = try sweep.next(in: source, closedBefore: later, now: later, limit: Self.limit)
            looksMax = max(looksMax, source.looks)
            steps += 1
            #expect(found.orders.count <= Self.limit)
            for order in found.orders { source.remove(order.row) }
            if found.orders.isEmpty, !found.isMore {
                if isEnding { break }
                isEnding = true
            } else {
                isEnding = false
            }
        }
        return (steps, looksMax)
    }

    private func chain(_ count: Int64, lastIsOpen: Bool) -> CountedOrders {
        let source = CountedOrders()
        for row in 1...count {
            source.put(row, follows: row > 1 ? [row - 1] : [], isOpen: lastIsOpen && row == count)
        }
        return source
    }

    @Test("a chain of 10,000 goes in small steps, none before those that follow it")
    func chain() throws {
        let source = chain(10_000, lastIsOpen: false)
        let (steps, looksMax) = try sweep(source, stepsMax: 200)
        #expect(source.count == 0)
        #expect(steps < 100)
        #expect(looksMax < 6_000)
    }

    @Test("a chain of 10,000 that ends in an open order is looked at once a sweep, in small steps")
    func openChain() throws {
        let source = chain(10_000, lastIsOpen: true)
        let (steps, looksMax) = try sweep(source, stepsMax: 200)
        #expect(source.count == 10_000)
        #expect(steps < 50, "it is not walked from each of its orders anew")
        #expect(looksMax < 6_000)
    }

    @Test("more than are looked at as a whole go one by one, when nobody is left that follows them")
    func crowd() throws {
        let count = Int64(RetentionSweep.relatedMax)
        let source = chain(count, lastIsOpen: false)
        var sweep = RetentionSweep()
        var steps = 0
        while source.count > 0, steps < 1_000 {
            source.resetLooks()
            let found = try sweep.next(in: source, closedBefore: later, now: later, limit: Self.limit)
            for order in found.orders { source.remove(order.row) }
            #expect(source.looks < 6_000)
            steps += 1
        }
        #expect(source.count == 0)

        let open = chain(count, lastIsOpen: true)
        _ = try self.sweep(open, stepsMax: 1_000)
        #expect(open.count == Int(count))
    }

    @Test("many that stay are not looked at again at once, but later")
    func pause() throws {
        let source = CountedOrders()
        source.put(1, isOpen: true)
        for row in 2...Int64(2_000) { source.put(row, follows: [1]) }
        var sweep = RetentionSweep()
        func runToEnd(now: Timestamp) throws {
            while try sweep.next(in: source, closedBefore: later, now: now, limit: Self.limit).isMore {}
        }
        try runToEnd(now: later)
        source.resetLooks()
        try runToEnd(now: later.advanced(bySeconds: 19))
        #expect(source.looks == 0)
        try runToEnd(now: later.advanced(bySeconds: 21))
        #expect(source.looks > 0)
    }
}
