internal import Orders

// One timer for whatever waits for time alone, however much it is: the next thing that is due sets it again.
extension OrderCourse {
    /// A timer fired, and with it what was set for that moment is gone.
    ///
    /// - Parameter timer: The moment it was set for; `nil` when that is not known, as if all of them had.
    mutating func noteFired(_ timer: Timestamp?) {
        guard let timer else {
            isWakeUpGone = true
            areRetriesGone = true
            return
        }
        if timer == state?.wakeUpAt { isWakeUpGone = true }
        if timer > now { setRetryAgain(timer) }
    }

    /// The timer of a retry came before its time, as the clock stepped back: the same attempt at the same moment.
    private mutating func setRetryAgain(_ timer: Timestamp) {
        guard state?.lifecycle != .aborted,
            let component = state?.components.first(where: { $0.rework?.value.retryAt == timer }),
            let attempt = component.rework?.value.retries
        else { return }
        emit(.retryScheduled(component.id, attempt: attempt, due: timer))
    }

    /// Has the order looked at again when the next thing is due, unless a timer is set for that already.
    mutating func setWakeUp() {
        guard isWakeUpGone || areRetriesGone || mayWaitOtherwise, let next = nextDue else { return }
        if state?.wakeUpAt == next, !isWakeUpGone { return }
        emit(.wakeUp(at: next))
    }

    /// The earliest moment that something has no timer of its own for.
    private var nextDue: Timestamp? {
        if state?.lifecycle == .aborted { return nil }
        let pending = state?.change?.value.pending
        let ofTransition = [pending?.forcedAt, pending?.jeopardyAt].compactMap { $0 }.filter { $0 > now }
        let ofSystems = [systemsDue(withRetries: areRetriesGone), nextLateness].compactMap { $0 }
        return (ofTransition + ofSystems).min()
    }
}
