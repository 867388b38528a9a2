import Orders
import Station
import Store

/// The counts of a store: what `waystation stats` shows.
struct StatisticsView {
    var statistics: StoreStatistics

    private func counter(_ name: String) -> Int64 { statistics.counters[name] ?? 0 }

    /// Messages that wait: for an order that is not known, or in an order for a component that was not asked for.
    private var parked: Int { statistics.parked + Int(max(0, counter(CounterName.parkedInOrders))) }

    /// Failures by their code.
    var errors: [(code: String, count: Int64)] {
        statistics.counters
            .filter { $0.key.hasPrefix(CounterName.errorPrefix) && $0.value > 0 }
            .map { (String($0.key.dropFirst(CounterName.errorPrefix.count)), $0.value) }
            .sorted { $0.0 < $1.0 }
    }

    /// Every field is always there; `orders` has every state, `errors` those codes that occurred.
    var json: JSONValue {
        var orders: [String: JSONValue] = [:]
        for state in LifecycleState.allCases {
            orders[state.rawValue] = JSONValue(statistics.ordersByLifecycle[state] ?? 0)
        }
        return [
            "hops": JSONValue(counter(CounterName.hops)),
            "duplicates": JSONValue(counter(CounterName.duplicates)),
            "published": JSONValue(counter(CounterName.published)),
            "parkedTotal": JSONValue(counter(CounterName.parkedTotal)),
            "timersFired": JSONValue(counter(CounterName.timersFired)),
            "outboxPending": JSONValue(statistics.outboxPending),
            "oldestOutboxAt": JSONValue(statistics.oldestOutboxAt),
            "parked": JSONValue(parked), "failed": JSONValue(statistics.failed),
            "timers": JSONValue(statistics.timers),
            "inbox": JSONValue(statistics.inbox), "orders": .object(orders),
            "errors": .object(Dictionary(errors.map { ($0.code, JSONValue($0.count)) }) { $1 }),
        ]
    }

    var text: String {
        let oldest = statistics.oldestOutboxAt.map { ", the oldest since \($0)" } ?? ""
        var table = TextTable(["WHAT", "COUNT", ""], numeric: [1])
        table.add(["messages worked on (hops)", "\(counter(CounterName.hops))", ""])
        table.add(["of these repeated ones", "\(counter(CounterName.duplicates))", ""])
        table.add(["messages published", "\(counter(CounterName.published))", ""])
        table.add([
            "outbox, not yet confirmed", "\(statistics.outboxPending)", "messages still owed\(oldest)",
        ])
        table.add(["parked", "\(parked)", "messages that wait for their order or component"])
        table.add([
            "failed messages", "\(statistics.failed)",
            "wait for a decision; see `waystation messages list`",
        ])
        table.add(["timers", "\(statistics.timers)", "components that wait for their time"])
        table.add(["inbox", "\(statistics.inbox)", "messages remembered, so that a repetition does no harm"])
        for state in LifecycleState.allCases {
            if let count = statistics.ordersByLifecycle[state], count > 0 {
                table.add(["orders \(state.rawValue)", "\(count)", ""])
            }
        }
        for error in errors {
            table.add([
                "failures \(error.code)", "\(error.count)",
                FailureCode(rawValue: error.code)?.correctiveAction ?? "",
            ])
        }
        return table.text
    }
}
