import Broker
import Catalog
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Snapshots")
struct SnapshotTests {
    /// Order, snapshot and journal agree, and the journal after the snapshot is all that is left to fold.
    private static func expectSnapshotsAgree(_ loopback: Loopback) throws -> Int {
        var count = 0
        for order in try loopback.orders() {
            let stored = try #require(try loopback.store.load(order.id))
            guard let snapshot = stored.snapshot else { continue }
            count += 1
            let whole = try #require(try loopback.reader().history(order.id)).journal
            #expect(stored.journal.map(\.sequence) == whole.map(\.sequence).filter { $0 > snapshot.sequence })
            let upToSnapshot = whole.filter { $0.sequence <= snapshot.sequence }.map { ($0.at, $0.events) }
            #expect(
                try JournalCodec.fold(upToSnapshot, onto: nil, id: order.id)
                    == JournalCodec.decodeState(snapshot.state)
            )
        }
        return count
    }

    @Test(
        "are a cache: every order equals the fold of its whole journal, with restarts in between",
        arguments: [4, 1_000]
    )
    func equalFold(interval: Int) throws {
        let loopback = try Loopback(snapshotInterval: interval)
        for name in ["mobile", "urgent", "broadband-rio", "qualify", "central-order", "triple-play"] {
            loopback.put(
                try Loopback.example("broadband/orders/\(name).xml"),
                into: Loopback.intake,
                id: name
            )
        }
        var seen = 0
        for step in 1...12 {
            try loopback.runToQuiet(
                untilMoment: Timestamp.testStart.advanced(byMilliseconds: Int64(step) * 150)
            )
            seen += try Self.expectSnapshotsAgree(loopback)
            try loopback.expectConsistent()
            try loopback.restart()
        }
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        #expect(interval == 4 ? seen > 0 : seen == 0)
        let reference = try Loopback(snapshotInterval: 1_000)
        for name in ["mobile", "urgent", "broadband-rio", "qualify", "central-order", "triple-play"] {
            reference.put(
                try Loopback.example("broadband/orders/\(name).xml"),
                into: Loopback.intake,
                id: name
            )
        }
        try reference.runToQuiet()
        #expect(try loopback.outcomes() == reference.outcomes())
    }
}
