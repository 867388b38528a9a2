package import Orders

/// Decides what a command does to an order: values in, events out.
///
/// No clock, no chance, no I/O.
package final class OrderDecider: Sendable {
    package let role: RoleName
    package let catalog: FulfillmentCatalog
    package let linesMax: Int

    package init(role: RoleName, catalog: FulfillmentCatalog, linesMax: Int = 2_000) {
        self.role = role
        self.catalog = catalog
        self.linesMax = linesMax
    }

    /// Decides; `state` is the order as it stands, `nil` when there is none under that key.
    ///
    /// For an order that exists the catalog of this decider must be the one the order was decomposed with,
    /// except for ``OrderCommand/submit(_:_:)``.
    package func decide(
        _ command: OrderCommand,
        state: consuming OrderState?,
        now: Timestamp
    ) -> OrderDecision {
        var course = OrderCourse(state: state, catalog: catalog, role: role, linesMax: linesMax, now: now)
        let outcome =
            switch command {
            case .submit(let draft, let context): course.submit(draft, context)
            case .update(let update, let context): course.receive(update, context)
            case .operate(let operation, let context): course.operate(operation, context)
            case .timeReached(let timer): course.timeReached(timer)
            }
        course.setWakeUp()
        return OrderDecision(
            events: course.events,
            state: course.state.take(),
            outcome: outcome,
            looks: course.looks
        )
    }
}
