internal import Broker
internal import GRDB
internal import Orders
internal import Store

extension OrderRecord {
    static let columns = """
        row, role, key, revision, lifecycle, status, priority, components_total, components_completed, \
        components_failed, sequence, catalog_version, created_at, updated_at, closed_at, instance_id, \
        updates_parked
        """

    init(row: Columns) throws {
        guard let lifecycle = LifecycleState(rawValue: row.text(4)) else {
            throw StoreError.damagedRow("orders", row.integer(0), "its lifecycle state is unknown")
        }
        self.init(
            row: row.integer(0),
            id: OrderID(role: RoleName(row.text(1)), key: OrderKey(row.text(2))),
            revision: Int(row.integer(3)),
            lifecycle: lifecycle,
            status: StateName(row.text(5)),
            priority: Int(row.integer(6)),
            componentsTotal: Int(row.integer(7)),
            componentsCompleted: Int(row.integer(8)),
            componentsFailed: Int(row.integer(9)),
            sequence: row.integer(10),
            catalogVersion: row.text(11),
            createdAt: Timestamp(milliseconds: row.integer(12)),
            updatedAt: Timestamp(milliseconds: row.integer(13)),
            closedAt: row.optionalInteger(14).map { Timestamp(milliseconds: $0) },
            instanceID: row.optionalText(15),
            updatesParked: row.optionalInteger(16).map { Int($0) }
        )
    }
}

extension JournalRecord {
    static let columns = "order_row, sequence, at, cause, message_id, queue, sent, events"
    static let insertion = "INSERT INTO journal(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

    init(row: Columns) {
        self.init(
            orderRow: row.integer(0),
            sequence: row.integer(1),
            at: Timestamp(milliseconds: row.integer(2)),
            cause: row.text(3),
            messageID: row.optionalText(4).map { MessageID($0) },
            queue: row.optionalText(5),
            events: row.bytes(7),
            sent: row.optionalText(6).map { SentMessages(text: $0) } ?? SentMessages()
        )
    }
}

extension SnapshotRecord {
    static let columns = "order_row, sequence, state"

    init(row: Columns) {
        self.init(orderRow: row.integer(0), sequence: row.integer(1), state: row.bytes(2))
    }
}

extension OutboxRecord {
    static let columns = "id, role, key, created_at, exchange, routing_key, properties, body"
    static let insertion = "INSERT INTO outbox(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

    init(row: Columns) throws {
        guard let properties = MessagePropertiesCodec.decode(row.bytes(6)) else {
            throw StoreError.damagedRow("outbox", row.integer(0), "its message properties cannot be read")
        }
        var order: OrderID?
        if let role = row.optionalText(1), let key = row.optionalText(2) {
            order = OrderID(role: RoleName(role), key: OrderKey(key))
        }
        self.init(
            id: row.integer(0),
            order: order,
            destination: Destination(exchange: row.text(4), routingKey: row.text(5)),
            message: Message(properties: properties, body: row.bytes(7)),
            createdAt: Timestamp(milliseconds: row.integer(3))
        )
    }
}

extension TimerRecord {
    static let columns = "id, role, key, kind, component, due"

    init(row: Columns) {
        self.init(
            id: row.integer(0),
            order: OrderID(role: RoleName(row.text(1)), key: OrderKey(row.text(2))),
            kind: row.text(3),
            component: row.optionalText(4).map { ComponentID($0) },
            due: Timestamp(milliseconds: row.integer(5))
        )
    }
}

extension ParkedRecord {
    static let columns = "id, role, key, queue, message_id, reason, parked_at, expires_at, properties, body"

    init(row: Columns) throws {
        guard let reason = FailureCode(rawValue: row.text(5)) else {
            throw StoreError.damagedRow("parked", row.integer(0), "its reason is unknown")
        }
        guard let properties = MessagePropertiesCodec.decode(row.bytes(8)) else {
            throw StoreError.damagedRow("parked", row.integer(0), "its message properties cannot be read")
        }
        self.init(
            id: row.integer(0),
            order: OrderID(role: RoleName(row.text(1)), key: OrderKey(row.text(2))),
            queue: row.text(3),
            message: Message(properties: properties, body: row.bytes(9)),
            messageID: MessageID(row.text(4)),
            reason: reason,
            parkedAt: Timestamp(milliseconds: row.integer(6)),
            expiresAt: Timestamp(milliseconds: row.integer(7))
        )
    }
}
