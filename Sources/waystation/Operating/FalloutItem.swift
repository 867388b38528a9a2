import Catalog
import Fulfillment
import Orders
import Store

/// Something that waits for a decision: an open incident.
struct FalloutItem {
    var order: OrderRecord
    var incident: Incident
    var function: FunctionName?
    var system: SystemName?
    /// Open incidents of its order, this one included.
    var incidentsOfOrder: Int

    private var failure: Failure { incident.failure }

    /// Whether an order may have incidents, as its summary tells: only then its history has to be read.
    static func mayHave(_ order: OrderRecord) -> Bool {
        order.componentsFailed > 0 || order.lifecycle == .failed
    }

    /// All of one order.
    static func items(of stored: StoredOrder) throws(CommandFailure) -> [FalloutItem] {
        let view = try OrderView.of(stored)
        return view.state.incidents.map { incident in
            let plan = view.state.components.first { $0.id == incident.failure.component }?.plan
            return FalloutItem(
                order: stored.record,
                incident: incident,
                function: plan?.function,
                system: plan?.system,
                incidentsOfOrder: view.state.incidents.count
            )
        }
    }

    var json: JSONValue {
        [
            "key": JSONValue(order.id.key), "role": JSONValue(order.id.role),
            "incident": JSONValue(incident.id), "failure": failure.json,
            "component": JSONValue(failure.component), "function": JSONValue(function),
            "system": JSONValue(system), "opened": JSONValue(incident.openedAt),
            "retries": JSONValue(incident.retries), "assignee": JSONValue(incident.assignee),
            "ticket": JSONValue(incident.ticket),
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
                "\(item.incident.id)", item.incident.failure.code.rawValue,
                item.incident.failure.component?.rawValue ?? "-", item.system?.rawValue ?? "-",
                item.incident.openedAt.text, "\(item.incident.retries)",
                item.incident.assignee ?? "-", item.incident.ticket ?? "-",
            ])
        }
        return table
    }
}
