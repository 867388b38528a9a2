internal import Broker
internal import GRDB
internal import Orders
internal import Store

/// Writes one group inside of its transaction: table by table, so that a statement is looked up once a group.
struct GroupWriter {
    /// What the totals are once the transaction is committed.
    var totals: Totals
    /// Whether the index's newest records went to `inbox_keys`.
    private(set) var wroteInboxKeys = false

    init(totals: Totals) { self.totals = totals }

    /// What is set comes before what is dropped, as one group may hold both for the same id; what is deleted goes first,
    /// as another order may come in its place.
    mutating func write(_ group: HopGroup, index: InboxIndex, to database: Database) throws {
        let before = totals
        try deleteOrders(group.deletedOrders, in: database)
        try writeInbox(group.inbox, index: index, to: database)
        try writeOrders(of: group, to: database)
        try writeJournal(group.journal, to: database)
        try writeSnapshots(group.snapshots, to: database)
        try writeRelations(group.relations, to: database)
        try writeOutbox(group.outbox, to: database)
        totals.outboxCount -= try delete(group.confirmedOutbox, from: "outbox", database)
        try writeTimers(group.timersSet, to: database)
        totals.timerCount -= try delete(group.timersDropped, from: "timers", database)
        try writeParked(group.parked, to: database)
        totals.parkedCount -= try delete(group.parkedDropped, from: "parked", database)
        try writeFailed(group.failed, to: database)
        try changeFailed(group.failedChanges, in: database)
        try writeCounters(group.counters, to: database)
        try writeFlows(group.flows, forgettingBefore: group.flowsBefore, to: database)
        if totals != before { try totals.write(database) }
    }

    private mutating func writeInbox(
        _ records: [InboxRecord],
        index: InboxIndex,
        to database: Database
    ) throws {
        guard !records.isEmpty else { return }
        if index.recent.count + records.count > InboxIndex.recentMax {
            try InboxIndex.writeKeys(database, after: totals.inboxIndexed, through: totals.inboxID)
            totals.inboxIndexed = totals.inboxID
            wroteInboxKeys = true
        }
        var seen = Set<InboxIndex.Key>(minimumCapacity: records.count)
        let keys = records.map(\.key)
        for key in keys {
            let isNew = seen.insert(key).inserted
            guard isNew, try index.record(key, in: database) == nil else {
                throw StoreError.contract("a message is in the inbox already")
            }
        }
        var statement = try PreparedStatement(
            """
            INSERT INTO inbox(id, hash, role, message_id, body_digest, order_key, received_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            in: database
        )
        for (record, key) in zip(records, keys) {
            totals.inboxID += 1
            try statement.bind(totals.inboxID)
            try statement.bind(key.hash)
            try statement.bind(record.role.rawValue)
            try statement.bind(record.messageID.rawValue)
            try statement.bind(record.bodyDigest)
            try statement.bind(record.orderKey?.rawValue)
            try statement.bind(record.receivedAt.milliseconds)
            try statement.run()
        }
        totals.inboxCount += Int64(records.count)
    }

    private func writeJournal(_ records: [JournalRecord], to database: Database) throws {
        guard !records.isEmpty else { return }
        var statement = try PreparedStatement(JournalRecord.insertion, in: database)
        for record in records {
            try statement.bind(record.orderRow)
            try statement.bind(record.sequence)
            try statement.bind(record.at.milliseconds)
            try statement.bind(record.cause)
            try statement.bind(record.messageID?.rawValue)
            try statement.bind(record.queue)
            try statement.bind(record.sent.isEmpty ? nil : record.sent.text)
            try statement.run(last: record.events)
        }
    }

    private func writeSnapshots(_ records: [SnapshotRecord], to database: Database) throws {
        guard !records.isEmpty else { return }
        var statement = try PreparedStatement(
            """
            INSERT INTO snapshots(\(SnapshotRecord.columns)) VALUES (?, ?, ?) ON CONFLICT(order_row) DO UPDATE
            SET sequence = excluded.sequence, state = excluded.state WHERE excluded.sequence >= sequence
            """,
            in: database
        )
        for record in records {
            try statement.bind(record.orderRow)
            try statement.bind(record.sequence)
            try statement.run(last: record.state)
        }
    }

    private func writeRelations(_ records: [RelationRecord], to database: Database) throws {
        guard !records.isEmpty else { return }
        var statement = try PreparedStatement(
            "INSERT OR IGNORE INTO relations(order_row, base, base_role) VALUES (?, ?, ?)",
            in: database
        )
        for record in records {
            try statement.bind(record.orderRow)
            try statement.bind(record.base.key.rawValue)
            try statement.bind(record.base.role.rawValue)
            try statement.run()
        }
    }

    private mutating func writeOutbox(_ records: [OutboxRecord], to database: Database) throws {
        guard !records.isEmpty else { return }
        var statement = try PreparedStatement(OutboxRecord.insertion, in: database)
        for record in records {
            try statement.bind(record.id)
            try statement.bind(record.order?.role.rawValue)
            try statement.bind(record.order?.key.rawValue)
            try statement.bind(record.createdAt.milliseconds)
            try statement.bind(record.destination.exchange)
            try statement.bind(record.destination.routingKey)
            try statement.bind(try encode(record.message.properties))
            try statement.run(last: record.message.body)
            totals.outboxID = max(totals.outboxID, record.id)
        }
        totals.outboxCount += Int64(records.count)
    }

    private mutating func writeTimers(_ records: [TimerRecord], to database: Database) throws {
        guard !records.isEmpty else { return }
        var statement = try PreparedStatement(
            "INSERT INTO timers(\(TimerRecord.columns)) VALUES (?, ?, ?, ?, ?, ?)",
            in: database
        )
        for record in records {
            try statement.bind(record.id)
            try statement.bind(record.order.role.rawValue)
            try statement.bind(record.order.key.rawValue)
            try statement.bind(record.kind)
            try statement.bind(record.component?.rawValue)
            try statement.bind(record.due.milliseconds)
            try statement.run()
            totals.timerID = max(totals.timerID, record.id)
        }
        totals.timerCount += Int64(records.count)
    }

    private mutating func writeParked(_ records: [ParkedRecord], to database: Database) throws {
        guard !records.isEmpty else { return }
        var statement = try PreparedStatement(
            "INSERT INTO parked(\(ParkedRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            in: database
        )
        for record in records {
            try statement.bind(record.id)
            try statement.bind(record.order.role.rawValue)
            try statement.bind(record.order.key.rawValue)
            try statement.bind(record.queue)
            try statement.bind(record.messageID.rawValue)
            try statement.bind(record.reason.rawValue)
            try statement.bind(record.parkedAt.milliseconds)
            try statement.bind(record.expiresAt.milliseconds)
            try statement.bind(try encode(record.message.properties))
            try statement.run(last: record.message.body)
            totals.parkedID = max(totals.parkedID, record.id)
        }
        totals.parkedCount += Int64(records.count)
    }

    private func writeCounters(_ increments: [String: Int64], to database: Database) throws {
        guard !increments.isEmpty else { return }
        var statement = try PreparedStatement(
            """
            INSERT INTO counters(name, value) VALUES (?, ?)
            ON CONFLICT(name) DO UPDATE SET value = value + excluded.value
            """,
            in: database
        )
        for (name, increment) in increments {
            try statement.bind(name)
            try statement.bind(increment)
            try statement.run()
        }
    }

    /// Deletes by id and returns how many were there.
    private func delete(_ ids: [Int64], from table: String, _ database: Database) throws -> Int64 {
        guard !ids.isEmpty else { return 0 }
        var statement = try PreparedStatement("DELETE FROM \(table) WHERE id = ?", in: database)
        var count = 0
        for id in ids {
            try statement.bind(id)
            try statement.run()
            count += database.changesCount
        }
        return Int64(count)
    }

    func encode(_ properties: MessageProperties) throws -> [UInt8] {
        guard let bytes = MessagePropertiesCodec.encode(properties) else {
            throw StoreError.contract(
                "a message has headers nested deeper than \(MessagePropertiesCodec.depthMax) tables"
            )
        }
        return bytes
    }
}
