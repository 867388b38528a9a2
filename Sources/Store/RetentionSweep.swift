package import Orders

/// Goes through closed orders, oldest first, and finds those that may go: a bounded piece of work a step.
///
/// Orders that follow each other, directly or through others, go when all of them may: in one step where they fit
/// into one, else those first that nobody follows, each looked at again before it goes. So an order that opens
/// meanwhile has what it follows. More of them than ``relatedMax`` are not looked at as a whole: each goes when nobody
/// is left that follows it.
///
/// What is kept between steps is never relied on for removing something.
package struct RetentionSweep: Sendable {
    /// Orders and relations among them that are looked at as a whole.
    package static let relatedMax = 50_000
    /// Orders and relations that a step looks at, its last one's aside.
    package static let looksMax = 2_000
    /// Rows that are remembered not to be looked at twice in a sweep.
    private static let knownMax = 500_000
    /// So many that stay are looked at each time; beyond that, each of them makes the pause longer.
    private static let keptWithoutPause = 1_000
    private static let pausePerKeptMilliseconds: Int64 = 10
    private static let pauseMaxMilliseconds: Int64 = 3_600_000

    /// What may go, and whether there is more to look at.
    package struct Found: Sendable {
        package var orders: [SweptOrder]
        package var isMore: Bool

        package init(orders: [SweptOrder] = [], isMore: Bool) {
            self.orders = orders
            self.isMore = isMore
        }
    }

    /// The last order that the sweep has come to.
    private var last: SweptOrder?
    /// Rows that this sweep leaves, and rows that have too many relatives.
    private var kept: Set<Int64> = []
    private var crowded: Set<Int64> = []
    private var keptCount: Int64 = 0
    private var walk: RelatedWalk?
    /// Relatives that may go, the next one last.
    private var going: [SweptOrder] = []
    private var goingRows: Set<Int64> = []
    /// Orders with too many relatives that nobody may follow any more.
    private var leaving: [SweptOrder] = []
    private var pausesUntil: Timestamp?

    package init() {}

    /// One step of orders that wait for their relatives.
    package mutating func next<Source: RetentionSource>(
        in source: Source,
        closedBefore: Timestamp,
        now: Timestamp,
        limit: Int
    ) throws -> Found {
        if let pause = pausesUntil, now < pause,
            pause <= now.advanced(byMilliseconds: Self.pauseMaxMilliseconds)
        {
            return Found(isMore: false)
        }
        var step = Step(
            source: source,
            closedBefore: closedBefore,
            limit: limit,
            hasRelations: try source.hasRelations()
        )
        while step.found.orders.count < limit, step.looks < Self.looksMax {
            if !going.isEmpty {
                // Those that fit into one step go in one.
                let isTooMuch = step.found.orders.count + going.count > limit
                if isTooMuch, going.count <= limit { break }
                try takeGoing(&step)
            } else if let order = leaving.popLast() {
                try leave(order, &step)
            } else if walk != nil {
                try goOn(&step)
            } else if let order = try step.candidate(after: &last) {
                try consider(order, &step)
            } else {
                finish(now)
                step.found.isMore = false
                break
            }
        }
        return step.found
    }

    private mutating func finish(_ now: Timestamp) {
        let pause = min(keptCount * Self.pausePerKeptMilliseconds, Self.pauseMaxMilliseconds)
        let isLong = keptCount > Self.keptWithoutPause
        self = RetentionSweep()
        if isLong { pausesUntil = now.advanced(byMilliseconds: pause) }
    }

    private mutating func consider<Source>(_ order: SweptOrder, _ step: inout Step<Source>) throws {
        step.looks += 1
        if !step.hasRelations {
            step.take(order)
        } else if kept.contains(order.row) {
            keptCount += 1
        } else if crowded.contains(order.row) {
            leaving = [order]
        } else if !step.taken.contains(order.row) {
            walk = RelatedWalk(from: order)
        }
    }

    private mutating func goOn<Source>(_ step: inout Step<Source>) throws {
        guard var walk else { return }
        // The walk has no second owner, or it would be copied.
        self.walk = nil
        let verdict = try walk.goOn(
            in: step.source,
            closedBefore: step.closedBefore,
            kept: kept,
            crowded: crowded,
            looks: &step.looks
        )
        switch verdict {
        case nil: self.walk = walk
        case .free where walk.found.count == 1: step.take(walk.found[0])
        case .free:
            going = walk.inOrderOfLeaving().reversed()
            goingRows = walk.rows
        case .kept:
            keptCount += 1
            Self.remember(walk.rows, in: &kept)
        case .crowded:
            Self.remember(walk.rows, in: &crowded)
            leaving = [walk.found[0]]
        }
    }

    private static func remember(_ rows: Set<Int64>, in known: inout Set<Int64>) {
        if known.count + rows.count > knownMax { known.removeAll() }
        known.formUnion(rows)
    }

    /// Relatives go, as many as fit; should one of them have changed meanwhile, those that are left stay.
    private mutating func takeGoing<Source>(_ step: inout Step<Source>) throws {
        let count = min(going.count, step.limit - step.found.orders.count)
        let batch = Array(going.suffix(count).reversed())
        for order in batch {
            let followers = try step.source.followers(of: order)
            step.looks += 1 + followers.count
            let isFree =
                try step.isExpired(order.row)
                && followers.allSatisfy {
                    goingRows.contains($0.row) && $0.isExpired(before: step.closedBefore)
                }
            guard isFree else {
                keptCount += 1
                Self.remember(goingRows, in: &kept)
                going.removeAll()
                goingRows.removeAll()
                return
            }
        }
        for order in batch { step.take(order) }
        going.removeLast(count)
        if going.isEmpty { goingRows.removeAll() }
    }

    /// One of too many goes when nobody is left that follows it; then perhaps those that it follows.
    private mutating func leave<Source>(_ order: SweptOrder, _ step: inout Step<Source>) throws {
        guard !step.taken.contains(order.row) else { return }
        let followers = try step.source.followers(of: order)
        step.looks += 1 + followers.count
        guard try step.isExpired(order.row), followers.allSatisfy({ step.taken.contains($0.row) }) else {
            keptCount += 1
            return
        }
        step.take(order)
        let bases = try step.source.bases(of: order)
        step.looks += bases.count
        leaving += bases.filter { $0.isExpired(before: step.closedBefore) }
    }

    /// A step while it is made.
    private struct Step<Source: RetentionSource> {
        let source: Source
        let closedBefore: Timestamp
        let limit: Int
        let hasRelations: Bool
        var found = Found(isMore: true)
        var taken: Set<Int64> = []
        var looks = 0
        private var page: ArraySlice<SweptOrder> = []
        private var isLastPage = false

        init(source: Source, closedBefore: Timestamp, limit: Int, hasRelations: Bool) {
            self.source = source
            self.closedBefore = closedBefore
            self.limit = limit
            self.hasRelations = hasRelations
        }

        mutating func take(_ order: SweptOrder) {
            found.orders.append(order)
            taken.insert(order.row)
        }

        func isExpired(_ row: Int64) throws -> Bool {
            try source.order(row: row)?.isExpired(before: closedBefore) ?? false
        }

        mutating func candidate(after last: inout SweptOrder?) throws -> SweptOrder? {
            if page.isEmpty, !isLastPage {
                page = try source.closedOrders(after: last, before: closedBefore, limit: limit)[...]
                isLastPage = page.count < limit
            }
            guard let order = page.popFirst() else { return nil }
            last = order
            return order
        }
    }
}
