import Orders
import Store
import TestSupport
import Testing

@testable import soak

@Suite("What a course leaves in its store") struct StoreAtEndTests {
    /// What is found a minute after the start in a store with an order and this.
    private static func found(_ change: (inout HopGroup) -> Void) throws -> StoreAtEnd {
        var group = HopGroup()
        group.orders = [StoreSamples.order(row: 1, id: StoreSamples.orderID(1))]
        group.journal = [StoreSamples.journal(row: 1, sequence: 1)]
        change(&group)
        return try StoreOnDisk.holding(group) {
            try StoreAtEnd($0, dueBy: StoreSamples.start.advanced(bySeconds: 60))
        }
    }

    private static func timer(_ id: Int64, seconds: Int64) -> TimerRecord {
        StoreSamples.timer(
            id: id,
            order: StoreSamples.orderID(1),
            due: StoreSamples.start.advanced(bySeconds: seconds)
        )
    }

    @Test(
        "Rows of the outbox, parked messages and timers that are due are found; a later timer is none of them"
    )
    func found() throws {
        #expect(try Self.found { _ in }.problems == [])
        let sent = try Self.found { $0.outbox = [StoreSamples.outbox(id: 1)] }
        #expect(sent.problems == ["left over in the store: 1 messages in the outbox"])
        let parked = try Self.found { group in
            group.parked = [1, 2].map {
                StoreSamples.parked(
                    id: $0,
                    order: StoreSamples.orderID(2),
                    expiresAt: StoreSamples.start.advanced(bySeconds: 9)
                )
            }
        }
        #expect(parked.problems == ["left over in the store: 2 parked messages"])
        let timed = try Self.found {
            $0.timersSet = [Self.timer(1, seconds: 60), Self.timer(2, seconds: 61)]
        }
        #expect(timed.problems == ["left over in the store: 1 due timers"])
    }
}
