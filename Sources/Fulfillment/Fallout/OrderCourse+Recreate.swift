internal import Orders

/// Why an order is taken in.
enum IntakeCause: Equatable {
    case message
    /// Somebody has it tried again as it was sent.
    case person(String)
    case timer(attempt: Int)

    var person: String? { if case .person(let name) = self { name } else { nil } }
}

// Orders that could not be created for a reason that may pass: tried again from a timer, as they were sent.
extension OrderCourse {
    /// Has an order tried again later when every reason against it is one that the catalog says may pass.
    ///
    /// - Returns: Whether it is tried again.
    mutating func scheduleRecreation(after failures: [Failure], attempt: Int) -> Bool {
        var firstMilliseconds: Int64 = 0
        for failure in failures {
            guard case .retry(let times, let first) = catalog.actionOnCreation(failure), attempt <= times
            else {
                return false
            }
            firstMilliseconds = max(firstMilliseconds, first)
        }
        guard !failures.isEmpty else { return false }
        let wait = RetryDelay.milliseconds(
            attempt: attempt,
            firstMilliseconds: firstMilliseconds,
            order: state?.id.key ?? "",
            component: "creation"
        )
        emit(.recreationScheduled(attempt: attempt, due: now.advanced(byMilliseconds: wait)))
        return true
    }

    /// Tries again what is due to be.
    mutating func recreateIfDue(_ timer: Timestamp?) {
        guard let state, state.order == nil, state.lifecycle == .failed,
            let recreation = state.fallout?.value.recreation, let draft = state.rejectedDraft
        else { return }
        if recreation.due <= now {
            _ = takeIn(draft, state.origin, because: .timer(attempt: recreation.attempt))
        } else if timer == nil || timer == recreation.due {
            // It came before its time, as the clock stepped back.
            emit(.recreationScheduled(attempt: recreation.attempt, due: recreation.due))
        }
    }

    /// It is invalid still, or for another reason.
    mutating func meetFailure(ofAttempt attempt: Int, _ failures: [Failure]) {
        let failure = Failure.summary(of: failures)
        emit(.failureRaised(failure))
        if scheduleRecreation(after: failures, attempt: attempt + 1) { return }
        openIncident(failure)
    }
}

extension FulfillmentCatalog {
    /// What is done about an order that could not be created: tried again for technical reasons, and for those whose
    /// code a row of the table names that is about no function and no system.
    func actionOnCreation(_ failure: Failure) -> FalloutAction {
        let rule = fallout.first {
            $0.fits(failure, of: nil) && (!$0.codes.isEmpty || failure.code.failureClass == .technical)
        }
        return rule?.action ?? (failure.code.failureClass == .technical ? .standardRetry : .wait)
    }
}
