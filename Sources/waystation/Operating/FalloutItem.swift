import Catalog
import Fulfillment
import Orders
import Store

/// Something that waits for a decision: an open incident, or an order that was invalid from the start.
struct FalloutItem {
    var order: OrderRecord
    /// `nil` for an order that was invalid from the start.
    var incident: Incident?
    var failure: Failure
    var function: FunctionName?
    var system: SystemName?

    /// All of one order.
    static func items(of stored: StoredOrder) throws(CommandFailure) -> [FalloutItem] {
        let view: OrderView
        do throws(JournalError) {
            view = try OrderView(stored)
        } catch {
            throw CommandFailure(
                .failed,
                "order \(stored.record.id): \(error.message); run `waystation verify`"
            )
        }
        if view.state.order == nil, let failure = view.state.failures.first, !stored.record.lifecycle.isClosed
        {
            return [FalloutItem(order: stored.record, failure: failure)]
        }
        return view.state.incidents.map { incident in
            let plan = view.state.components.first { $0.id == incident.failure.component }?.plan
            return FalloutItem(
                order: stored.record,
                incident: incident,
                failure: incident.failure,
                function: plan?.function,
                system: plan?.system
            )
        }
    }

    var json: JSONValue {
        [
            "key": JSONValue(order.id.key), "role": JSONValue(order.id.role),
            "incident": incident.map { JSONValue($0.id) } ?? .null, "failure": failure.json,
            "component": JSONValue(failure.component), "function": JSONValue(function),
            "system": JSONValue(system), "opened": JSONValue(incident?.openedAt ?? order.updatedAt),
            "retries": JSONValue(incident?.retries ?? 0), "assignee": JSONValue(incident?.assignee),
            "ticket": JSONValue(incident?.ticket),
        ]
    }
}

extension [FalloutItem] {
    var table: TextTable {
        var table = TextTable(
            [
                "ORDER", "ROLE", "INCIDENT", "CODE", "COMPONENT", "SYSTEM", "OPENED", "RETRIES", "ASSIGNED",
                "TICKET",
            ],
            numeric: [2, 7]
        )
        for item in self {
            table.add([
                item.order.id.key.rawValue, item.order.id.role.rawValue,
                item.incident.map { "\($0.id)" } ?? "-", item.failure.code.rawValue,
                item.failure.component?.rawValue ?? "-", item.system?.rawValue ?? "-",
                (item.incident?.openedAt ?? item.order.updatedAt).text, "\(item.incident?.retries ?? 0)",
                item.incident?.assignee ?? "-", item.incident?.ticket ?? "-",
            ])
        }
        return table
    }
}
