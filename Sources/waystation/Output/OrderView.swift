import Broker
import Catalog
import Fulfillment
import Orders
import Store

/// An order as it stands, and how it came there: what `waystation order` shows.
struct OrderView {
    /// One hop of the order: what caused it and what happened.
    struct Hop {
        var record: JournalRecord
        var events: [OrderEvent]
    }

    var record: OrderRecord
    var state: OrderState
    var hops: [Hop]
    /// The states of its catalog; `nil` as long as that was not read.
    private(set) var states: StateTree?

    /// Folds the order's journal.
    init(_ stored: StoredOrder) throws(JournalError) {
        record = stored.record
        var hops: [Hop] = []
        var state: OrderState?
        for record in stored.journal {
            let events = try JournalCodec.decodeEvents(record.events)
            for event in events {
                if state == nil {
                    state = OrderState(first: event, id: stored.record.id, at: record.at)
                } else {
                    state?.apply(event, at: record.at)
                }
            }
            hops.append(Hop(record: record, events: events))
        }
        guard let state else {
            throw JournalError(
                message: "the journal of order \(stored.record.id) does not begin with its intake"
            )
        }
        self.state = state
        self.hops = hops
    }

    /// An order of the store; `nil` when it is gone.
    static func read(_ id: OrderID, in reader: any StoreReader) throws -> OrderView? {
        try reader.history(id).map { try of($0) }
    }

    /// The order, or what to do about a journal that cannot be folded.
    static func of(_ stored: StoredOrder) throws(CommandFailure) -> OrderView {
        do throws(JournalError) {
            return try OrderView(stored)
        } catch {
            throw CommandFailure(
                .failed,
                "order \(stored.record.id): \(error.message); run `waystation verify`"
            )
        }
    }

    /// Reads the states of the catalog that the order runs on, which tell how far its items are.
    ///
    /// A catalog that the store no longer has leaves them to their components.
    mutating func readStates(in reader: any StoreReader) throws(StoreError) {
        let version = state.catalogVersion
        guard let text = try reader.catalog(role: state.id.role, version: version) else { return }
        states = CatalogReader.examine(bytes: text, name: "catalog \(version)").value?.fulfillment.states
    }

    /// Lines whose work is not as far as that of their component as a whole.
    func apart(_ component: OrderComponent) -> [(line: LineID, processing: ProcessingState)] {
        zip(component.plan.lines, items(of: component)).filter { $1 != component.processing }
            .map { (line: $0, processing: $1) }
    }

    /// How far the work on each line of a component is.
    func items(of component: OrderComponent) -> [ProcessingState] {
        states.map { component.itemProcessing($0) }
            ?? component.plan.lines.map { _ in component.processing }
    }

    /// `nil` for an order that was invalid from the start: it is kept as it came.
    var translated: TranslatedValues? {
        state.order.map { TranslatedValues(of: $0, components: state.components.map(\.plan)) }
    }

    /// What a line is about, for people.
    static func product(_ line: OrderLine) -> String { line.name ?? line.productClass ?? line.type ?? "" }
    static func product(_ line: LineDraft) -> String { line.name ?? line.productClass ?? line.type ?? "" }
}

extension WaitCondition {
    /// `nil` for the usual one: that the other component is completed.
    var text: String? {
        switch self {
        case .completed: nil
        case .state(let state): "state \(state)"
        case .milestone(let milestone): "milestone \(milestone)"
        case .value(let name, let expected): expected.map { "\(name) = \($0)" } ?? "a value for \(name)"
        }
    }
}

extension PlannedDependency {
    /// The condition and the delay, where there is one of them; empty for a plain "when completed".
    var remarks: String {
        var parts: [String] = []
        if let text = wait.text { parts.append("until \(text)") }
        if delaySeconds > 0 { parts.append("then \(delaySeconds) s") }
        if let delayUntil { parts.append("not before \(delayUntil)") }
        return parts.joined(separator: ", ")
    }
}

extension Failure {
    var json: JSONValue {
        [
            "code": JSONValue(code), "text": JSONValue(text), "correctiveAction": JSONValue(correctiveAction),
            "severity": JSONValue(severity), "class": JSONValue(code.failureClass),
            "component": JSONValue(component), "line": JSONValue(line),
            "externalCode": JSONValue(externalCode),
        ]
    }

    /// The code, what happened and what to do, in sentences.
    var sentence: String {
        "\(code.rawValue): \(Sentences.joined(text.printable, correctiveAction.printable))"
    }
}
