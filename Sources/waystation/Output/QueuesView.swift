import Broker
import Catalog
import Orders
import Store

/// How full queues are, and what of ours waits for them.
struct QueuesView {
    private struct Row {
        var queue: String
        var ready: Int?
        var consumers: Int?
        var owed = 0
        var parked = 0
        var since: Timestamp?

        mutating func note(_ wait: StoreWait) {
            switch wait.place {
            case .outbox: owed += wait.messages
            case .parked: parked += wait.messages
            }
            since = since.map { min($0, wait.since) } ?? wait.since
        }
    }

    private let now: Timestamp
    private let rows: [Row]

    /// Of all queues, or of those that a role consumes.
    init(
        configuration: StationConfiguration,
        role: RoleName?,
        waits: [StoreWait],
        now: Timestamp,
        levels: [QueueLevel]
    ) {
        self.now = now
        let topology = configuration.topology
        let consumed = configuration.workers.first { $0.role == role }.map {
            $0.urgentOrders + $0.orders + $0.updates + $0.operations
        }
        var rows = (consumed ?? topology.queues.map(\.name)).map { Row(queue: $0) }
        for level in levels {
            guard let at = rows.firstIndex(where: { $0.queue == level.queue }) else { continue }
            rows[at].ready = level.ready
            rows[at].consumers = level.consumers
        }
        for wait in waits {
            let names: [String] =
                switch wait.place {
                case .outbox(let destination):
                    topology.queues(of: destination).isEmpty
                        ? ["\(destination)"] : topology.queues(of: destination)
                case .parked(let queue): [queue]
                }
            for name in names {
                if let at = rows.firstIndex(where: { $0.queue == name }) {
                    rows[at].note(wait)
                } else if role == nil {
                    var row = Row(queue: name)
                    row.note(wait)
                    rows.append(row)
                }
            }
        }
        self.rows = rows
    }

    private func seconds(_ row: Row) -> Int64? {
        row.since.map { max(0, (now.milliseconds - $0.milliseconds) / 1_000) }
    }

    var table: TextTable {
        var table = TextTable(
            ["QUEUE", "READY", "CONSUMERS", "OWED", "PARKED", "OLDEST OF OURS"],
            numeric: [1, 2, 3, 4, 5]
        )
        for row in rows {
            table.add([
                row.queue, row.ready.map { "\($0)" } ?? "-", row.consumers.map { "\($0)" } ?? "-",
                "\(row.owed)",
                "\(row.parked)", seconds(row).map { "\($0) s" } ?? "-",
            ])
        }
        return table
    }

    var json: JSONValue {
        .array(
            rows.map { row in
                [
                    "queue": .text(row.queue), "ready": row.ready.map { JSONValue($0) } ?? .null,
                    "consumers": row.consumers.map { JSONValue($0) } ?? .null, "owed": JSONValue(row.owed),
                    "parked": JSONValue(row.parked),
                    "oldestSeconds": seconds(row).map { JSONValue($0) } ?? .null,
                ]
            }
        )
    }
}
