package import Store
internal import Synchronization

/// Hands out the ids of rows that deciders make: unique, rising, not without gaps.
package final class RowIdentifiers: Sendable {
    private let orderRow: Atomic<Int64>
    private let timer: Atomic<Int64>
    private let parked: Atomic<Int64>
    private let failed: Atomic<Int64>

    package init(after highWater: HighWater) {
        orderRow = Atomic(highWater.orderRow)
        timer = Atomic(highWater.timerID)
        parked = Atomic(highWater.parkedID)
        failed = Atomic(highWater.failedID)
    }

    func nextOrderRow() -> Int64 { orderRow.wrappingAdd(1, ordering: .relaxed).newValue }
    func nextTimer() -> Int64 { timer.wrappingAdd(1, ordering: .relaxed).newValue }
    func nextFailed() -> Int64 { failed.wrappingAdd(1, ordering: .relaxed).newValue }
    func nextParked() -> Int64 { parked.wrappingAdd(1, ordering: .relaxed).newValue }
}
