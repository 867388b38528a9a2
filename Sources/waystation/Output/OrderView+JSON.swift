import Fulfillment
import Orders
import Store

extension OrderView {
    /// The order as one JSON object; history has one entry an event, and one a message sent.
    var json: JSONValue {
        let awaited = AwaitedNames(state.components.lazy.map(\.plan), groups: state.groups)
        return [
            "key": JSONValue(state.id.key), "role": JSONValue(state.id.role),
            "revision": JSONValue(state.revision),
            "state": JSONValue(state.lifecycle), "group": JSONValue(state.groupState.rawValue),
            "status": JSONValue(state.status),
            "mode": JSONValue(state.order?.mode.rawValue ?? state.rejectedDraft?.mode),
            "priority": JSONValue(record.priority), "catalogVersion": JSONValue(state.catalogVersion),
            "requestedDelivery": requestedDelivery, "created": JSONValue(state.createdAt),
            "updated": JSONValue(state.updatedAt), "closed": JSONValue(state.closedAt),
            "messageId": JSONValue(state.origin.messageID),
            "instanceId": JSONValue(state.origin.processID), "lines": .array(lines),
            "components": .array(state.components.map { entry($0, awaited) }), "groups": awaited.json,
            "history": .array(history),
            "failures": .array(state.failures.map(\.json)), "parked": JSONValue(state.parked.count),
            "translated": translated?.json ?? [], "follows": follows, "followedBy": followedBy,
        ]
    }

    private var requestedDelivery: JSONValue {
        guard let order = state.order else { return JSONValue(state.rejectedDraft?.requestedDelivery) }
        return JSONValue(order.requestedDelivery)
    }

    private var lines: [JSONValue] {
        if let order = state.order {
            return order.lines.enumerated().map { position, line in
                let progress = state.lines.indices.contains(position) ? state.lines[position] : nil
                return [
                    "id": JSONValue(line.id), "action": JSONValue(line.action),
                    "product": JSONValue(Self.product(line)),
                    "productClass": JSONValue(line.productClass), "state": JSONValue(progress?.state),
                    "milestone": JSONValue(progress?.milestone), "parents": JSONValue(line.parents),
                    "values": .object(progress?.values.mapValues { .text($0) } ?? [:]),
                ]
            }
        }
        return (state.rejectedDraft?.lines ?? []).map { line in
            [
                "id": JSONValue(line.id), "action": JSONValue(line.action),
                "product": JSONValue(Self.product(line)),
                "productClass": JSONValue(line.productClass), "state": nil, "milestone": nil,
                "parents": .array(line.parents.map { .text($0) }), "values": [:],
            ]
        }
    }

    private func entry(_ component: OrderComponent, _ awaited: AwaitedNames) -> JSONValue {
        var lineStates: [String: JSONValue] = [:]
        for (line, state) in zip(component.plan.lines, component.lineStates) {
            lineStates[line.rawValue] = JSONValue(state)
        }
        var lineProcessing: [String: JSONValue] = [:]
        for (line, processing) in zip(component.plan.lines, items(of: component)) {
            lineProcessing[line.rawValue] = JSONValue(processing)
        }
        let fields: [String: JSONValue] = [
            "id": JSONValue(component.id), "function": JSONValue(component.plan.function),
            "system": JSONValue(component.plan.system), "state": JSONValue(component.state),
            "processing": JSONValue(component.processing), "milestone": JSONValue(component.milestone),
            "lines": JSONValue(component.plan.lines),
            "lineStates": .object(lineStates), "lineProcessing": .object(lineProcessing),
            "requested": JSONValue(component.requestedAt),
            "finished": JSONValue(component.finishedAt), "notBefore": JSONValue(component.plan.notBefore),
            "scheduledFor": JSONValue(component.scheduledFor), "externalId": JSONValue(component.externalID),
        ]
        return .object(fields.merging(awaited.fields(of: component.plan)) { first, _ in first })
    }

    private var history: [JSONValue] {
        hops.flatMap { hop in
            let happened = hop.events.map { event in
                let named = event.named
                let text = HopSentences([event], of: state).texts.joined(separator: " ")
                return Self.entry(of: hop.record, named.name, text, named.fields)
            }
            let sent = hop.record.sent.entries.map { message in
                Self.entry(of: hop.record, "messageSent", message.sentence, ["sent": message.json])
            }
            return happened + sent
        }
    }

    private static func entry(
        of hop: JournalRecord,
        _ event: String,
        _ text: String,
        _ more: [String: JSONValue]
    ) -> JSONValue {
        let fields: [String: JSONValue] = [
            "at": JSONValue(hop.at), "event": JSONValue(event), "cause": JSONValue(hop.cause),
            "messageId": JSONValue(hop.messageID), "queue": JSONValue(hop.queue),
            "sequence": JSONValue(hop.sequence), "text": JSONValue(text),
        ]
        return .object(fields.merging(more) { first, _ in first })
    }
}

extension Array where Element: Hashable {
    /// Each element once, where it stands first.
    var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
