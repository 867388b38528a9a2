import Catalog
import Fulfillment
import Orders
import SQLiteStore
import Store
import TestSupport
import Testing

@testable import Station

@Suite("The cache of orders")
struct OrderCacheTests {
    private static func id(_ number: Int) -> OrderID { OrderID(role: "COM", key: OrderKey("O-\(number)")) }

    @Test("holds no more than it may, and what was put last is still there")
    func bounded() {
        var cache = OrderCache<Int>(countMax: 100)
        for number in 0..<10_000 {
            cache.put(Self.id(number), number, bytes: 1)
            #expect(cache.count <= 100)
            #expect(cache.take(Self.id(number)) == number)
            cache.put(Self.id(number), number, bytes: 1)
        }
        for number in 9_960..<10_000 { #expect(cache.take(Self.id(number)) == number) }
        #expect(cache.take(Self.id(0)) == nil)
    }

    @Test("hands an entry over once, and never an older value of it", arguments: 1...20)
    func handsOver(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var cache = OrderCache<Int>(countMax: 20)
        var newest: [Int: Int] = [:]
        for step in 0..<5_000 {
            let number = random.below(40)
            if let value = cache.take(Self.id(number)) { #expect(value == newest[number]) }
            #expect(cache.take(Self.id(number)) == nil)
            cache.put(Self.id(number), step, bytes: 1)
            newest[number] = step
        }
        cache.removeAll()
        #expect(cache.count == 0)
    }

    @Test("holds no more bytes than it may, whatever the orders take", arguments: 1...20)
    func boundedByBytes(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var cache = OrderCache<Int>(countMax: 10_000, bytesMax: 1_000)
        var held: [Int: Int] = [:]
        var most = 0
        for step in 0..<5_000 {
            let number = random.below(200)
            if cache.take(Self.id(number)) != nil { #expect(held[number] != nil) }
            held[number] = 1 + random.below(100)
            cache.put(Self.id(number), step, bytes: held[number] ?? 0)
            #expect(cache.bytes <= 1_000)
            most = max(most, cache.bytes)
        }
        #expect(most > 900)
        for number in 0..<200 { _ = cache.take(Self.id(number)) }
        #expect(cache.count == 0)
        #expect(cache.bytes == 0)
    }

    @Test("keeps all orders that take turns while they fill less than three quarters of it")
    func takingTurns() {
        var cache = OrderCache<Int>(countMax: 10_000, bytesMax: 1_000)
        var missed = 0
        for step in 0..<700 {
            if cache.take(Self.id(step % 70)) == nil { missed += 1 }
            cache.put(Self.id(step % 70), step, bytes: 10)
        }
        #expect(missed == 70, "each is new once")
    }

    @Test("keeps the order put last, also one that takes more than half of the cache")
    func largeOrder() {
        var cache = OrderCache<Int>(countMax: 100, bytesMax: 1_000)
        for number in 0..<5 { cache.put(Self.id(number), number, bytes: 100) }
        cache.put(Self.id(7), 7, bytes: 5_000)
        #expect(cache.take(Self.id(7)) == 7)
        cache.put(Self.id(7), 7, bytes: 5_000)
        cache.put(Self.id(8), 8, bytes: 100)
        #expect(cache.take(Self.id(8)) == 8)
        for number in 10..<30 { cache.put(Self.id(number), number, bytes: 100) }
        #expect(cache.take(Self.id(7)) == nil)
        #expect(cache.bytes <= 1_000)
        for countMax in 0...9 {
            var small = OrderCache<Int>(countMax: countMax, bytesMax: 1_000)
            small.put(Self.id(1), 1, bytes: 5_000)
            #expect(small.take(Self.id(1)) == 1, "\(countMax)")
            for number in 1...20 {
                small.put(Self.id(number), number, bytes: 1)
                #expect(small.count <= max(1, countMax))
            }
            #expect(small.take(Self.id(20)) == 20, "\(countMax)")
        }
    }

    @Test(
        "is too small for the orders under way, and nothing is lost",
        arguments: [(cachedOrders: 2, megabytes: 64), (cachedOrders: 10_000, megabytes: 0)]
    )
    func smallCache(cachedOrders: Int, megabytes: Int) throws {
        var configuration = try Loopback().configuration
        configuration.limits.cachedOrders = cachedOrders
        configuration.limits.cachedOrderMegabytes = megabytes
        let loopback = try Loopback(limits: configuration.limits)
        for number in 1...12 {
            let order = try SampleOrder(key: "MOB-\(number)")
            loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        }
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        #expect(loopback.requests().values.allSatisfy { $0.count == 1 })
    }
}

@Suite("The digest of a body")
struct BodyDigestTests {
    @Test("is the same for the same bytes, wherever they lie")
    func same() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            #expect(BodyDigest.of(bytes) == BodyDigest.of(Array(([0] + bytes).dropFirst())))
        }
    }

    @Test("tells bodies apart that differ in one bit, in length or in order")
    func different() {
        var seen: [Int64: [UInt8]] = [:]
        func add(_ bytes: [UInt8]) {
            let digest = BodyDigest.of(bytes)
            #expect(seen[digest] == nil, "\(bytes)")
            seen[digest] = bytes
        }
        for count in 0..<64 { add([UInt8](repeating: 0, count: count)) }
        for place in 0..<40 {
            for bit in 0..<8 {
                var bytes = [UInt8](repeating: 0, count: 40)
                bytes[place] = 1 << bit
                add(bytes)
            }
        }
        add(Array("ab".utf8) + Array("12345678".utf8))
        add(Array("12345678".utf8) + Array("ab".utf8))
    }

    @Test("reads as sixteen digits")
    func text() {
        #expect(BodyDigest.text(0) == "0000000000000000")
        #expect(BodyDigest.text(-1) == "ffffffffffffffff")
        #expect(BodyDigest.text(255) == "00000000000000ff")
    }
}

@Suite("Retention")
struct RetentionDutyTests {
    private static let days = RetentionConfiguration(inboxDays: 1, closedOrderDays: 1)

    @Test("removes in steps what is old enough, then rests; open orders stay")
    func steps() throws {
        let loopback = try Loopback(emulates: true)
        for number in 1...30 {
            let order = try SampleOrder(key: "MOB-\(number)")
            loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        }
        try loopback.runToQuiet()
        let open = try SampleOrder("future-dated", original: "BB-2007", key: "OPEN-1")
        loopback.put(open.body, into: Loopback.intake, id: open.messageID)
        try loopback.settle()
        let all = try loopback.orders().count
        #expect(all > 31)

        var duty = RetentionDuty(configuration: Self.days)
        #expect(try duty.step(store: loopback.store, now: loopback.clock.now(), isQuiet: true) == nil)
        loopback.clock.advance(bySeconds: 86_400 + 3_600)
        var now = loopback.clock.now()
        var total = RemovedCounts(inbox: 0, orders: 0)
        var steps = 0
        while let removed = try duty.step(store: loopback.store, now: now, isQuiet: true) {
            #expect(removed.inbox <= 200 && removed.orders <= 200)
            total.inbox += removed.inbox
            total.orders += removed.orders
            steps += 1
        }
        #expect(steps > 1, "more than one step was needed")
        #expect(total.orders == all - 1)
        #expect(try loopback.orders().map(\.id.key) == ["OPEN-1"])
        #expect(try loopback.reader().statistics().inbox == 0)

        // At rest it asks the store for nothing, then looks again; a clock that steps back stops it no longer than that.
        let order = try SampleOrder(key: "MOB-100")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.runToQuiet(untilMoment: now.advanced(bySeconds: 30))
        loopback.clock.advance(bySeconds: 2 * 86_400)
        now = now.advanced(bySeconds: 59)
        #expect(try duty.step(store: loopback.store, now: now, isQuiet: true) == nil)
        #expect(
            try duty.step(store: loopback.store, now: loopback.clock.now(), isQuiet: true)?.orders ?? 0 > 0
        )
        try loopback.expectConsistent()
    }

    @Test("removes failed messages that are too old, and the oldest of those that are too much together")
    func failedMessages() throws {
        let loopback = try Loopback(emulates: false)
        let now = loopback.clock.now()
        func failed(_ id: Int64, days: Int64, kilobytes: Int) -> FailedMessage {
            StoreSamples.failed(
                id: id,
                bytes: kilobytes << 10,
                failedAt: now.advanced(bySeconds: -86_400 * days)
            )
        }
        var group = HopGroup()
        group.failed = [
            failed(1, days: 9, kilobytes: 1), failed(2, days: 8, kilobytes: 1),
            failed(3, days: 6, kilobytes: 600), failed(4, days: 5, kilobytes: 600),
            failed(5, days: 4, kilobytes: 600),
        ]
        try loopback.store.commit(group)
        func left(after configuration: RetentionConfiguration) throws -> [Int64] {
            var duty = RetentionDuty(configuration: configuration)
            while try duty.step(store: loopback.store, now: now, isQuiet: true) != nil {}
            return try loopback.reader().failedRecords(after: 0, limit: 9).map(\.id)
        }
        let days = RetentionConfiguration(failedMessageDays: 7, failedMessageMegabytes: 10)
        #expect(try left(after: days) == [3, 4, 5])
        let megabytes = RetentionConfiguration(failedMessageDays: 7, failedMessageMegabytes: 1)
        #expect(try left(after: megabytes) == [5])
    }

    @Test("while messages come in it takes its time between steps")
    func busy() throws {
        let loopback = try Loopback()
        for number in 1...30 {
            let order = try SampleOrder(key: "MOB-\(number)")
            loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        }
        try loopback.runToQuiet()
        loopback.clock.advance(bySeconds: 2 * 86_400)
        let now = loopback.clock.now()
        var duty = RetentionDuty(configuration: Self.days)
        #expect(try duty.step(store: loopback.store, now: now, isQuiet: false) != nil)
        #expect(try duty.step(store: loopback.store, now: now, isQuiet: false) == nil)
        #expect(
            try duty.step(store: loopback.store, now: now.advanced(byMilliseconds: 499), isQuiet: false)
                == nil
        )
        #expect(
            try duty.step(store: loopback.store, now: now.advanced(byMilliseconds: 500), isQuiet: false)
                != nil
        )
    }
}
