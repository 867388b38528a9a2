import Fulfillment
import Orders
import TestSupport

/// What a decision has the world told.
struct Told {
    let messages: [OutboundMessage]

    init(_ decision: OrderDecision, _ run: OrderRun) {
        messages =
            decision.state.map {
                OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
                    .messages(for: decision.events, state: $0)
            } ?? []
    }

    var requests: [ComponentRequest] {
        messages.compactMap { if case .request(let request) = $0 { request } else { nil } }
    }
    var reports: [StatusReport] {
        messages.compactMap { if case .report(let report) = $0 { report } else { nil } }
    }
    var faults: [FaultReport] {
        messages.compactMap { if case .fault(let fault) = $0 { fault } else { nil } }
    }

    /// How far a line can still be changed, where that is told.
    func permissibilities(of line: LineID) -> [RevisionPermissibility] {
        reports.flatMap(\.lines).filter { $0.line == line }.compactMap(\.permissibility)
    }
}

extension OrderRun {
    /// An answer of a system to the request of that number, as it would come over the wire.
    @discardableResult
    mutating func answer(
        _ component: ComponentID,
        _ status: String,
        request: Int = 1,
        externalID: String? = nil
    ) -> OrderDecision {
        let key = state?.id.key ?? ""
        return receive(
            FulfillmentUpdate(
                orderKey: key,
                correlation: ComponentCorrelation.text(order: key, component: component, request: request),
                externalID: externalID,
                status: ReportedStatus(code: status)
            )
        )
    }

    @discardableResult
    mutating func operate(_ action: OrderOperation.Action, component: ComponentID? = nil) -> OrderDecision {
        operate(OrderOperation(action: action, by: "Ann", component: component))
    }
}

extension TestOrders {
    /// Lines `1`, `2` and so on, each with a speed of its own.
    static func lines(_ speeds: [String], revision: Int = 1) -> OrderDraft {
        var draft = things(speeds.count)
        draft.revision = String(revision)
        for (at, speed) in speeds.enumerated() {
            draft.lines[at].attributes = [LineAttribute(name: "speed", value: speed)]
        }
        return draft
    }
}

extension [OrderEvent] {
    var amendments: [Amendment] {
        compactMap { if case .amended(let amendment) = $0 { amendment } else { nil } }
    }

    var refused: [RefusedRevision] {
        compactMap { if case .revisionRefused(let refused) = $0 { refused } else { nil } }
    }

    var operations: [OrderOperation] {
        compactMap { if case .operated(let operation) = $0 { operation } else { nil } }
    }

    /// Whether it has any system asked for anything.
    var asks: Bool {
        contains {
            switch $0 {
            case .componentReleased, .compensationReleased, .componentRetried: true
            default: false
            }
        }
    }
}
