internal import Broker
internal import GRDB
internal import Orders
internal import Store

extension GroupWriter {
    mutating func writeFailed(_ messages: [FailedMessage], to database: Database) throws {
        guard !messages.isEmpty else { return }
        var statement = try PreparedStatement(FailedRecord.insertion, in: database)
        for message in messages {
            let record = message.record
            try statement.bind(record.id)
            try statement.bind(record.role.rawValue)
            try statement.bind(record.queue)
            try statement.bind(record.messageID.rawValue)
            try statement.bind(record.bodyDigest)
            try statement.bind(record.bodyBytes)
            try statement.bind(record.orderKey?.rawValue)
            try Self.bind(record.status, to: &statement)
            try statement.bind(try encode(message.message.properties))
            try statement.run(last: message.message.body)
            totals.failedID = max(totals.failedID, record.id)
            totals.failedBytes += Int64(record.bodyBytes)
        }
        totals.failedCount += Int64(messages.count)
    }

    mutating func changeFailed(_ changes: [FailedChange], in database: Database) throws {
        guard !changes.isEmpty else { return }
        var statement = try PreparedStatement(
            """
            UPDATE failed SET (\(FailedStatus.columns)) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?
            """,
            in: database
        )
        for change in changes {
            try Self.bind(change.status, to: &statement)
            try statement.bind(change.id)
            try statement.run()
        }
    }

    private static func bind(_ status: FailedStatus, to statement: inout PreparedStatement) throws {
        try statement.bind(status.state.rawValue)
        try statement.bind(status.attempt)
        try statement.bind(status.code.rawValue)
        try statement.bind(status.text)
        try statement.bind(status.failedAt.milliseconds)
        try statement.bind(status.isInInbox ? 1 : 0)
        try statement.bind(status.decision?.by)
        try statement.bind(status.decision?.at.milliseconds)
        try statement.bind(status.decision?.reason)
        try statement.bind(status.decision?.messageID.rawValue)
    }
}

extension FailedStatus {
    static let columns = """
        state, attempt, code, text, failed_at, in_inbox, decided_by, decided_at, decided_reason, decided_message_id
        """
}

extension FailedRecord {
    static let columns =
        "id, role, queue, message_id, body_digest, body_bytes, order_key, \(FailedStatus.columns)"
    static let insertion = """
        INSERT INTO failed(\(columns), properties, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    init(row: Columns) throws {
        guard let state = FailedState(rawValue: row.text(7)) else {
            throw StoreError.damagedRow("failed", row.integer(0), "its state is unknown")
        }
        guard let code = FailureCode(rawValue: row.text(9)) else {
            throw StoreError.damagedRow("failed", row.integer(0), "its code is unknown")
        }
        var decision: FailedDecision?
        if let by = row.optionalText(13), let at = row.optionalInteger(14) {
            decision = FailedDecision(
                by: by,
                at: Timestamp(milliseconds: at),
                reason: row.optionalText(15),
                messageID: MessageID(row.optionalText(16) ?? "")
            )
        }
        self.init(
            id: row.integer(0),
            role: RoleName(row.text(1)),
            queue: row.text(2),
            messageID: MessageID(row.text(3)),
            bodyDigest: row.integer(4),
            bodyBytes: Int(row.integer(5)),
            orderKey: row.optionalText(6).map { OrderKey($0) },
            status: FailedStatus(
                state: state,
                attempt: Int(row.integer(8)),
                code: code,
                text: row.text(10),
                failedAt: Timestamp(milliseconds: row.integer(11)),
                isInInbox: row.integer(12) != 0,
                decision: decision
            )
        )
    }
}

extension FailedMessage {
    static let columns = "\(FailedRecord.columns), properties, body"

    init(row: Columns) throws {
        guard let properties = MessagePropertiesCodec.decode(row.bytes(17)) else {
            throw StoreError.damagedRow("failed", row.integer(0), "its message properties cannot be read")
        }
        self.init(
            record: try FailedRecord(row: row),
            message: Message(properties: properties, body: row.bytes(18))
        )
    }
}
