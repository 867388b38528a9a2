package import Orders

/// What a message or timer wants of an order.
package indirect enum OrderCommand: Sendable, Hashable {
    case submit(OrderDraft, MessageContext)
    case update(FulfillmentUpdate, MessageContext)
    case operate(OrderOperation, MessageContext)
    /// A time that the order waited for has come: the one that the timer was set for, where that is known.
    case timeReached(Timestamp? = nil)
}

/// What a command led to.
package struct OrderDecision: Sendable {
    package var events: [OrderEvent]
    /// After those events; `nil` only when there is no such order and nothing happened.
    package var state: OrderState?
    package var outcome: OrderOutcome
    /// How often components were asked to be looked at, as something they may wait for had happened: what the decision
    /// cost, apart from its events.
    package var looks: Int

    package init(events: [OrderEvent], state: OrderState?, outcome: OrderOutcome, looks: Int = 0) {
        self.events = events
        self.state = state
        self.outcome = outcome
        self.looks = looks
    }
}

/// What became of the command as a whole.
package enum OrderOutcome: Sendable, Hashable {
    case applied
    /// The order is not known; the caller parks the message.
    case orderUnknown
    /// The order is to be removed with all that is kept of it; its last state is that of the decision.
    case deleted
    /// It says again what is known, or comes too late.
    case nothingNew
}
