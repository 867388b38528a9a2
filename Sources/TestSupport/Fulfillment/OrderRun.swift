package import Fulfillment
package import Orders

/// One order and the decisions about it, as the runtime would make them, without storing or sending anything.
package struct OrderRun {
    package let decider: OrderDecider
    package var state: OrderState?
    package var now: Timestamp
    /// What each command led to, with its time.
    package private(set) var hops: [(at: Timestamp, events: [OrderEvent])] = []
    private var messages = 0

    package init(_ catalog: FulfillmentCatalog, role: RoleName = "COM", now: Timestamp = .testStart) {
        decider = OrderDecider(role: role, catalog: catalog)
        self.now = now
    }

    /// - Returns: The events of this command.
    @discardableResult
    package mutating func perform(_ command: OrderCommand) -> OrderDecision {
        let decision = decider.decide(command, state: state.take(), now: now)
        state = decision.state
        hops.append((now, decision.events))
        for event in decision.events {
            switch event {
            case .wakeUp(let due), .componentScheduled(_, let due), .retryScheduled(_, _, let due),
                .recreationScheduled(_, let due):
                timers.append(due)
            default: break
            }
        }
        return decision
    }

    @discardableResult
    package mutating func submit(_ draft: OrderDraft) -> OrderDecision {
        perform(.submit(draft, nextContext()))
    }

    @discardableResult
    package mutating func timeReached(afterSeconds seconds: Int64 = 0) -> OrderDecision {
        now = now.advanced(bySeconds: seconds)
        return perform(.timeReached())
    }

    /// The timers that were set and have not fired, by the moments they are set for.
    package private(set) var timers: [Timestamp] = []

    /// The next timer fires, at its time.
    ///
    /// - Returns: What it led to; `nil` when none is set.
    @discardableResult
    package mutating func fireNextTimer() -> OrderDecision? {
        guard let due = timers.min(), let at = timers.firstIndex(of: due) else { return nil }
        timers.remove(at: at)
        now = max(now, due)
        return perform(.timeReached(due))
    }

    /// Every timer that is set fires now, the earliest first: all were taken as due, then the clock stepped back.
    package mutating func fireTimersEarly() {
        let fired = timers.sorted()
        timers = []
        for due in fired { perform(.timeReached(due)) }
    }

    @discardableResult
    package mutating func receive(_ update: FulfillmentUpdate) -> OrderDecision {
        perform(.update(update, nextContext()))
    }

    /// A report on a whole component.
    @discardableResult
    package mutating func report(
        _ component: ComponentID,
        _ status: String?,
        milestone: String? = nil,
        lines: [LineUpdate] = []
    ) -> OrderDecision {
        receive(
            FulfillmentUpdate(
                orderKey: state?.id.key ?? "",
                component: component,
                status: status.map { ReportedStatus(code: $0) },
                milestone: milestone,
                lines: lines
            )
        )
    }

    @discardableResult
    package mutating func operate(_ operation: OrderOperation) -> OrderDecision {
        perform(.operate(operation, nextContext()))
    }

    private mutating func nextContext() -> MessageContext {
        messages += 1
        return MessageContext(messageID: MessageID(rawValue: "message-\(messages)"))
    }

    // MARK: Looking

    package func component(_ id: ComponentID) -> OrderComponent? { state?.components.first { $0.id == id } }
    package func line(_ id: LineID) -> LineProgress? { state?.lines.first { $0.id == id } }

    /// The components that are asked for and not finished.
    package var running: [ComponentID] {
        (state?.components ?? []).filter { $0.processing == .inProgress }.map(\.id)
    }

    package var events: [OrderEvent] { hops.flatMap(\.events) }
}

extension [OrderEvent] {
    /// The components released, in this order.
    package var released: [ComponentID] {
        compactMap { if case .componentReleased(let id) = $0 { id } else { nil } }
    }

    package var failures: [Failure] {
        compactMap { if case .failureRaised(let failure) = $0 { failure } else { nil } }
    }

    package var ignored: [String] {
        compactMap { if case .updateIgnored(_, let reason) = $0 { reason } else { nil } }
    }
}
