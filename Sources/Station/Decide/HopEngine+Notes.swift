internal import Fulfillment
internal import Orders

extension HopEngine {
    /// What of an order's hop is worth a log line: its beginning, its end, and what goes wrong.
    ///
    /// A failure is told by its code; its text may hold another system's words and stands in the journal.
    func appendNotes(
        _ events: [OrderEvent],
        state: OrderState,
        cause: HopCause,
        _ group: inout GroupInProgress
    ) {
        func note(
            _ level: HopNote.Level,
            _ text: String,
            component: ComponentID? = nil,
            code: FailureCode? = nil
        ) {
            group.notes.append(
                HopNote(
                    level,
                    text,
                    role: state.id.role,
                    order: state.id.key,
                    messageID: cause.context?.messageID,
                    queue: cause.queue,
                    component: component,
                    code: code
                )
            )
        }
        for event in events {
            switch event {
            case .accepted: note(.info, "order accepted")
            case .rejected(let rejection):
                for failure in rejection.failures.prefix(OrderState.failuresMax) {
                    note(.warning, "order is invalid", code: failure.code)
                }
            case .lifecycleChanged(_, .completed): note(.info, "order completed")
            case .failureRaised(let failure):
                note(.warning, "order has a failure", component: failure.component, code: failure.code)
            case .jeopardyRaised(let jeopardy):
                note(
                    .warning,
                    "order is in jeopardy",
                    component: jeopardy.component,
                    code: jeopardy.failure.code
                )
            case .componentReleased(let component): note(.debug, "component asked for", component: component)
            case .componentProgressed(let component, _, .completed):
                note(.debug, "component completed", component: component)
            case .amended(let amendment):
                for step in amendment.steps where step.fallback != nil {
                    note(
                        .warning,
                        "a condition of the compensation strategy cannot be answered, its standard is used",
                        component: step.component
                    )
                }
            case .revisionIgnored(let revision, _): note(.info, "revision \(revision) is not applied")
            case .updateIgnored(let component, _):
                note(.debug, "update changes nothing", component: component)
            case .updateParked: note(.info, "update parked until its component is asked for")
            default: break
            }
        }
    }
}
