package import Orders
package import Store

/// What operators read, and what the invariants are checked against.
package struct SimulatedStoreReader: StoreReader {
    private let disk: SimulatedDisk

    init(disk: SimulatedDisk) { self.disk = disk }

    package func orders(matching filter: OrderFilter) -> [OrderRecord] {
        read { $0.orders(matching: filter) }
    }

    package func orders(key: OrderKey) -> [OrderRecord] {
        read { contents in
            contents.orders.values.filter { $0.id.key == key }.sorted { $0.row < $1.row }
        }
    }

    package func orders(instanceID: String) -> [OrderRecord] {
        read { $0.orders(afterRow: 0, limit: .max) }.filter { $0.instanceID == instanceID }
    }

    package func inbox(instanceID: String) -> [InboxRecord] {
        let wanted = Set(orders(instanceID: instanceID).map(\.id))
        let found = read { Array($0.inbox.values) }.filter { record in
            record.orderKey.map { wanted.contains(OrderID(role: record.role, key: $0)) } ?? false
        }
        return found.sorted {
            ($0.receivedAt, $0.messageID.rawValue) < ($1.receivedAt, $1.messageID.rawValue)
        }
    }

    package func history(_ id: OrderID) -> StoredOrder? { read { $0.stored(id, wholeJournal: true) } }

    package func orders(afterRow row: Int64, limit: Int) -> [OrderRecord] {
        read { $0.orders(afterRow: row, limit: limit) }
    }

    package func deletedOrders(key: OrderKey?, role: RoleName?, limit: Int) -> [DeletedOrder] {
        read { contents in
            let found = contents.deletedOrders.reversed().filter {
                (key == nil || $0.id.key == key) && (role == nil || $0.id.role == role)
            }
            return Array(found.prefix(limit))
        }
    }

    package func statistics() -> StoreStatistics { read { $0.statistics } }

    package func outbox(after id: Int64, limit: Int) -> [OutboxRecord] {
        read { $0.outbox(after: id, limit: limit) }
    }

    package func parked(after id: Int64, limit: Int) -> [ParkedRecord] {
        read { contents in
            Array(contents.parked.filter { $0.id > id }.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    package func failedRecords(after id: Int64, limit: Int) -> [FailedRecord] {
        read { contents in
            let later = contents.failed.values.map(\.record).filter { $0.id > id }
            return Array(later.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    package func failedMessage(_ id: Int64) -> FailedMessage? { read { $0.failed[id] } }

    package func flows(since minute: Timestamp, limit: Int) -> [FlowMinute] {
        read { $0.flows(since: minute, limit: limit) }
    }

    package func waits() -> [StoreWait] { read { $0.waits } }

    package func timers(limit: Int) -> [TimerRecord] {
        read { $0.timers(dueBy: Timestamp(milliseconds: .max), of: nil, limit: limit) }
    }

    package func catalog(role: RoleName, version: String) -> [UInt8]? {
        read { $0.catalogs[ByteKey(role, version)] }
    }

    package func integrityProblems() -> [String] { [] }

    package func consistencyProblems(limit: Int) -> [String] { read { $0.problems(limit: limit) } }

    private func read<Result: Sendable>(_ body: (StoreContents) -> Result) -> Result {
        disk.look { body($0.contents) }
    }
}
