internal import GRDB
internal import Orders
internal import Store

extension GroupWriter {
    func writeFlows(
        _ flows: [FlowMinute],
        forgettingBefore before: Timestamp?,
        to database: Database
    ) throws {
        if !flows.isEmpty {
            var statement = try PreparedStatement(FlowMinute.insertion, in: database)
            for flow in flows {
                try statement.bind(flow.minute.milliseconds)
                try statement.bind(flow.role.rawValue)
                try statement.bind(flow.kind.rawValue)
                try statement.bind(flow.code?.rawValue ?? "")
                try statement.bind(flow.countedSince.milliseconds)
                try statement.bind(flow.messages)
                try statement.run(last: flow.durations.bytes)
            }
        }
        guard let before else { return }
        var deletion = try PreparedStatement("DELETE FROM flows WHERE minute < ?", in: database)
        try deletion.bind(before.milliseconds)
        try deletion.run()
    }
}

extension FlowMinute {
    static let columns = "minute, role, kind, code, counted_since, messages, durations"
    static let insertion = """
        INSERT INTO flows(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
        SET messages = excluded.messages, durations = excluded.durations
        """

    init(row: Columns) throws {
        let minute = row.integer(0)
        guard let kind = FlowKind(rawValue: row.text(2)) else {
            throw StoreError.damagedRow("flows", minute, "its kind is unknown")
        }
        let code = FailureCode(rawValue: row.text(3))
        guard code != nil || row.text(3).isEmpty else {
            throw StoreError.damagedRow("flows", minute, "its code is unknown")
        }
        guard let durations = DurationHistogram(bytes: row.bytes(6)) else {
            throw StoreError.damagedRow("flows", minute, "its durations cannot be read")
        }
        self.init(
            minute: Timestamp(milliseconds: minute),
            role: RoleName(row.text(1)),
            kind: kind,
            code: code,
            countedSince: Timestamp(milliseconds: row.integer(4)),
            messages: Int(row.integer(5)),
            durations: durations
        )
    }
}
