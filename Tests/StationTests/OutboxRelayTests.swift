import Broker
import Orders
import Station
import Store
import Testing

@Suite("The outbox relay")
struct OutboxRelayTests {
    private static let now = Timestamp(milliseconds: 1_000_000)

    private static func row(_ id: Int64, to queue: String = "A") -> OutboxRecord {
        OutboxRecord(
            id: id,
            order: nil,
            destination: .queue(queue),
            message: Message(body: [UInt8(truncatingIfNeeded: id)]),
            createdAt: now
        )
    }

    private static func connectedRelay(
        newest: Int64 = 0,
        windowMax: Int = 512,
        readyMax: Int = 4_096
    ) -> OutboxRelay {
        var relay = OutboxRelay(newest: newest, windowMax: windowMax, readyMax: readyMax)
        relay.connected()
        return relay
    }

    @Test("sends nothing before it is connected, then everything in order")
    func waitsForConnection() {
        var relay = OutboxRelay(newest: 0)
        relay.committed([Self.row(1), Self.row(2)])
        #expect(relay.next(now: Self.now).isEmpty)
        relay.connected()
        #expect(relay.next(now: Self.now).map(\.id) == [1, 2])
        #expect(relay.next(now: Self.now).isEmpty)
    }

    @Test("a confirmed row is handed out for removal once")
    func confirmedOnce() {
        var relay = Self.connectedRelay()
        relay.committed([Self.row(1)])
        _ = relay.next(now: Self.now)
        relay.confirmed([1])
        relay.confirmed([1])
        #expect(relay.takeConfirmed() == [1])
        #expect(relay.takeConfirmed().isEmpty)
        #expect(relay.isIdle)
    }

    @Test("what is unanswered at a loss goes out again, before what is newer, in order")
    func republishesAfterLoss() {
        var relay = Self.connectedRelay(windowMax: 2)
        relay.committed([Self.row(1), Self.row(2), Self.row(3)])
        #expect(relay.next(now: Self.now).map(\.id) == [1, 2])
        relay.confirmed([1])
        relay.lost()
        #expect(relay.next(now: Self.now).isEmpty)
        relay.connected()
        #expect(relay.next(now: Self.now).map(\.id) == [2, 3])
    }

    @Test("a confirm of an earlier connection for a row that is no longer in flight changes nothing")
    func lateConfirm() {
        var relay = Self.connectedRelay()
        relay.committed([Self.row(1)])
        _ = relay.next(now: Self.now)
        relay.lost()
        relay.confirmed([1])
        #expect(relay.takeConfirmed().isEmpty)
    }

    @Test("a returned row holds its destination, not others, and nothing overtakes it")
    func returnedHoldsItsDestination() {
        var relay = Self.connectedRelay()
        relay.committed([Self.row(1, to: "gone"), Self.row(2, to: "gone"), Self.row(3, to: "here")])
        #expect(relay.next(now: Self.now).map(\.id) == [1, 2, 3])
        relay.notTaken(1, reason: "NO_ROUTE", now: Self.now)
        relay.notTaken(2, reason: "NO_ROUTE", now: Self.now)
        relay.confirmed([3])
        relay.committed([Self.row(4, to: "gone"), Self.row(5, to: "here")])
        #expect(relay.next(now: Self.now).map(\.id) == [5])
        let later = Self.now.advanced(bySeconds: 2)
        #expect(relay.next(now: later).map(\.id) == [1], "one row probes")
        #expect(relay.next(now: later).isEmpty)
        relay.confirmed([1])
        #expect(relay.next(now: later).map(\.id) == [2, 4])
        #expect(relay.heldDestinations.isEmpty)
    }

    @Test("a probe that is returned again waits longer each time, up to the limit")
    func probesBackOff() {
        var relay = Self.connectedRelay()
        relay.committed([Self.row(1)])
        var time = Self.now
        _ = relay.next(now: time)
        var waits: [Int64] = []
        for _ in 0..<8 {
            relay.notTaken(1, reason: "NO_ROUTE", now: time)
            guard let probe = relay.nextProbe else { break }
            waits.append(probe.milliseconds - time.milliseconds)
            #expect(relay.next(now: Timestamp(milliseconds: probe.milliseconds - 1)).isEmpty)
            time = probe
            #expect(relay.next(now: time).map(\.id) == [1])
        }
        #expect(waits == [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    }

    @Test("what is owed is counted by destination: in flight, ready, held, and known to the store only")
    func owed() {
        var relay = OutboxRelay(newest: 0, windowMax: 3, heldRowsMax: 2)
        #expect(relay.owed.isEmpty)
        relay.connected()
        relay.committed([1, 2, 3, 5].map { Self.row($0, to: "gone") } + [Self.row(6, to: "here")])
        #expect(relay.owed.byDestination == [.queue("gone"): 4, .queue("here"): 1])
        #expect(relay.owed.text == "5 messages (4 to queue gone, 1 to queue here)")
        for row in relay.next(now: Self.now) { relay.notTaken(row.id, reason: "NO_ROUTE", now: Self.now) }
        // Three rows are held, of which memory keeps two; the others go the same way once they are looked at.
        #expect(relay.owed.hasMore)
        for row in relay.next(now: Self.now) { relay.confirmed([row.id]) }
        #expect(relay.owed.byDestination == [.queue("gone"): 2])
        #expect(relay.owed.text == "at least 2 messages (2 to queue gone)")
        var idle = OutboxRelay(newest: 7)
        #expect(idle.owed.text == "messages")
        idle.loaded([Self.row(7)])
        #expect(idle.owed.text == "1 message (1 to queue A)")
    }

    @Test("a blocked broker is sent nothing until it is unblocked")
    func blocked() {
        var relay = Self.connectedRelay()
        relay.blocked(true)
        relay.committed([Self.row(1)])
        #expect(relay.next(now: Self.now).isEmpty)
        relay.blocked(false)
        #expect(relay.next(now: Self.now).map(\.id) == [1])
    }

    @Test("rows beyond what memory holds are read from the store when there is room, each once")
    func readsFromTheStore() {
        let stored = (1...100).map { Self.row(Int64($0)) }
        var relay = Self.connectedRelay(newest: 100, windowMax: 10, readyMax: 20)
        var sent: [Int64] = []
        for _ in 0..<200 where sent.count < 100 {
            if let after = relay.loadAfter {
                let rows = Array(stored.filter { $0.id > after }.prefix(7))
                relay.loaded(rows)
            }
            let rows = relay.next(now: Self.now)
            sent += rows.map(\.id)
            relay.confirmed(rows.map(\.id))
            _ = relay.takeConfirmed()
        }
        #expect(sent == (1...100).map(Int64.init))
        #expect(relay.loadAfter == nil)
    }

    @Test("large rows are taken into memory and sent a few at a time, each once, in order")
    func boundsBytes() {
        let body = [UInt8](repeating: 7, count: 100_000)
        let rows = (1...40).map { id in
            var row = Self.row(Int64(id), to: id % 8 == 0 ? "gone" : "A")
            row.message = Message(body: body)
            return row
        }
        var relay = OutboxRelay(newest: 0, bytesMax: 1_000_000)
        relay.connected()
        relay.committed(Array(rows[..<8]))
        #expect(!relay.owed.hasMore)
        relay.committed(Array(rows[8...]))
        #expect(relay.owed.hasMore, "together they would be too large, and stay in the store")
        var (sent, removed): ([Int64], Set<Int64>) = ([], [])
        var time = Self.now
        for turn in 0..<200 where sent.count < 40 {
            if let after = relay.loadAfter {
                relay.loaded(Array(rows.filter { $0.id > after && !removed.contains($0.id) }.prefix(5)))
            }
            let next = relay.next(now: time)
            #expect(next.count <= 10)
            for row in next {
                if turn < 20, row.destination == .queue("gone") {
                    relay.notTaken(row.id, reason: "NO_ROUTE", now: time)
                } else {
                    sent.append(row.id)
                    removed.insert(row.id)
                    relay.confirmed([row.id])
                }
            }
            time = time.advanced(bySeconds: 30)
        }
        #expect(sent.filter { $0 % 8 != 0 } == (1...40).filter { $0 % 8 != 0 }.map(Int64.init))
        #expect(sent.filter { $0 % 8 == 0 } == [8, 16, 24, 32, 40])
        #expect(relay.isIdle)
    }

    @Test("a released destination is sent nothing that memory still has before what only the store has")
    func releasedBehindFullWindow() {
        func row(_ id: Int64, _ queue: String) -> OutboxRecord { Self.row(id, to: queue) }
        let rows = [
            row(1, "D"), row(2, "D"), row(3, "D"), row(4, "A"), row(5, "A"), row(6, "A"), row(7, "D"),
        ]
        var relay = OutboxRelay(newest: 0, windowMax: 3, heldRowsMax: 1)
        relay.connected()
        relay.committed(rows)
        for row in relay.next(now: Self.now) { relay.notTaken(row.id, reason: "NO_ROUTE", now: Self.now) }
        // The window is full of others; the last row of D is ready, the second and third are in the store only.
        #expect(relay.next(now: Self.now).map(\.id) == [4, 5, 6])
        let later = Self.now.advanced(bySeconds: 5)
        #expect(relay.next(now: later).map(\.id) == [1], "whether D takes messages again")
        relay.confirmed([1])
        relay.confirmed([4, 5, 6])
        var removed: Set<Int64> = [1, 4, 5, 6]
        var sent: [Int64] = []
        for _ in 0..<10 {
            let next = relay.next(now: later).map(\.id)
            sent += next
            relay.confirmed(next)
            removed.formUnion(next)
            if let after = relay.loadAfter {
                relay.loaded(rows.filter { $0.id > after && !removed.contains($0.id) })
            }
        }
        #expect(sent == [2, 3, 7])
        #expect(relay.isIdle)
    }

    @Test("rows committed while the store holds older ones wait for their turn")
    func newRowsDoNotOvertakeStoredOnes() {
        var relay = Self.connectedRelay(newest: 2)
        relay.committed([Self.row(3)])
        #expect(relay.next(now: Self.now).isEmpty)
        #expect(relay.loadAfter == 0)
        relay.loaded([Self.row(1), Self.row(2), Self.row(3)])
        #expect(relay.next(now: Self.now).map(\.id) == [1, 2, 3])
    }

    @Test("a held destination with more rows than memory keeps sends all of them in order after its release")
    func heldOverflow() {
        var relay = OutboxRelay(newest: 0, windowMax: 1_000, readyMax: 4_000, heldRowsMax: 5)
        relay.connected()
        let rows = (1...30).map { Self.row(Int64($0)) }
        relay.committed(rows)
        for row in relay.next(now: Self.now) { relay.notTaken(row.id, reason: "NO_ROUTE", now: Self.now) }
        let later = Self.now.advanced(bySeconds: 5)
        #expect(relay.next(now: later).map(\.id) == [1])
        relay.confirmed([1])
        var removed: Set<Int64> = [1]
        var sent: [Int64] = [1]
        for _ in 0..<50 {
            if let after = relay.loadAfter {
                relay.loaded(rows.filter { $0.id > after && !removed.contains($0.id) })
            }
            let next = relay.next(now: later)
            sent += next.map(\.id)
            relay.confirmed(next.map(\.id))
            removed.formUnion(next.map(\.id))
        }
        #expect(sent == (1...30).map(Int64.init))
        #expect(relay.isIdle)
    }
}
