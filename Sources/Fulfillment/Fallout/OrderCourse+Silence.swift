internal import Orders

// Systems that do not answer, and requests that are sent again.
extension OrderCourse {
    mutating func noteFirstWord(of at: Int) {
        guard catalog.limitsSilence, state?.components[at].heardAt == nil, silenceMax(of: at) != nil,
            let id = state?.components[at].id
        else {
            return
        }
        emit(.componentHeard(id))
    }

    private func silenceMax(of at: Int) -> Int64? {
        guard let system = state?.components[at].plan.system else { return nil }
        return catalog.systems[system]?.silenceSecondsMax
    }

    /// Until when a system that has said nothing yet may go on so.
    private func silenceEnd(of at: Int) -> Timestamp? {
        guard let component = state?.components[at], component.heardAt == nil,
            let asked = component.requestedAt,
            component.processing == .inProgress || component.processing == .undoing,
            let seconds = silenceMax(of: at)
        else { return nil }
        return asked.advanced(bySeconds: seconds)
    }

    /// When a component's request is to be sent again; `nil` when that is no longer wanted.
    private func retryDue(of at: Int) -> Timestamp? {
        guard let component = state?.components[at], let due = component.rework?.value.retryAt else {
            return nil
        }
        // A person decides.
        guard !hasIncident(component.id) else { return nil }
        // A transition waits for what was accepted, and nothing else is asked for meanwhile.
        guard isUnderWay || !component.processing.isRefused else { return nil }
        switch component.processing {
        case .undoFailed: return due
        case .undoing: return component.heardAt == nil ? due : nil
        // Something else is to be done about it first.
        case .failed, .downstreamCorrectionRequired:
            return component.task == nil && !component.isWithdrawn ? due : nil
        case .inProgress:
            return component.heardAt == nil && component.task == nil && !component.isWithdrawn ? due : nil
        default: return nil
        }
    }

    /// Whether the order is being worked on at all.
    var isUnderWay: Bool {
        switch state?.lifecycle {
        case .notStarted, .inProgress, .amending, .cancelling: true
        default: false
        }
    }

    /// Whether systems are waited for: also while a transition waits for what they have accepted.
    var isWatched: Bool { isUnderWay || state?.lifecycle == .waiting }

    /// Whether an incident keeps the whole order from going on.
    var isLocked: Bool { state?.isLocked ?? false }

    /// Sends again what is due, and finds the systems that were silent for too long.
    mutating func watchSystems() {
        guard isWatched, !isLocked else { return }
        for at in 0..<(state?.components.count ?? 0) {
            // The silence of one may keep the whole order from going on, and the others from being asked again.
            guard !isLocked else { return }
            if let due = retryDue(of: at) {
                if due <= now { retry(at) }
            } else if let end = silenceEnd(of: at), end <= now {
                meetSilence(at)
            }
        }
    }

    /// When the next of the systems is due; `withRetries` also where it has a timer of its own.
    func systemsDue(withRetries: Bool) -> Timestamp? {
        guard isWatched, !isLocked, withRetries || catalog.limitsSilence else { return nil }
        var next: Timestamp?
        for at in 0..<(state?.components.count ?? 0) {
            let retry = retryDue(of: at)
            guard let due = retry ?? silenceEnd(of: at), due > now else { continue }
            if retry != nil, !withRetries || hasScheduledRetry(due) { continue }
            next = min(next ?? due, due)
        }
        return next
    }

    /// Whether a timer for a retry at that moment was set just now.
    private func hasScheduledRetry(_ due: Timestamp) -> Bool {
        events.contains { if case .retryScheduled(_, _, due) = $0 { true } else { false } }
    }

    private func hasIncident(_ id: ComponentID) -> Bool {
        state?.incidents.contains { $0.failure.component == id } ?? false
    }

    private mutating func retry(_ at: Int) {
        guard let component = state?.components[at] else { return }
        let mode = component.rework?.value.mode ?? .perform
        if mode != .perform, state?.permissibility(ofComponent: at, catalog: catalog) == .hard {
            // Nothing is sent beyond the point: what waits to be sent again does not any more.
            let text = "component \(component.id) is beyond its point of no return and is not asked again"
            emit(.componentHeard(component.id))
            return fail(component.id, Failure(.pointOfNoReturn, text, component: component.id))
        }
        emit(.componentRetried(component.id))
        for line in state?.index.linesOfComponent[at] ?? [] { noteChange(ofLine: line) }
    }

    private mutating func meetSilence(_ at: Int) {
        guard let component = state?.components[at], let seconds = silenceMax(of: at) else { return }
        guard !hasIncident(component.id) else { return }
        let failure = Failure(
            .systemSilent,
            "system \(component.plan.system) said nothing about component \(component.id) within \(seconds) s of the "
                + "request",
            component: component.id
        )
        fail(component.id, failure)
        // An undo stays under way, so that a late answer ends it.
        guard hasIncident(component.id), component.processing == .inProgress else { return }
        let failed = StateTree.Root.failed.name
        for (position, line) in component.plan.lines.enumerated()
        where component.lineStates.indices.contains(position)
            && catalog.states.state(component.lineStates[position], mayBecome: failed)
        {
            emit(.lineProgressed(component.id, line: line, state: failed, external: "silence"))
        }
        for line in state?.index.linesOfComponent[at] ?? [] { noteChange(ofLine: line) }
        composeComponent(at)
    }
}

/// How long is waited before a request is sent again: twice as long each time, spread so that many that failed
/// together do not come back together.
enum RetryDelay {
    static let millisecondsMax: Int64 = 3_600_000

    /// The same for the same component and attempt, in every replay.
    static func milliseconds(
        attempt: Int,
        firstMilliseconds: Int64,
        order: OrderKey,
        component: ComponentID
    ) -> Int64 {
        let doublings = min(max(attempt - 1, 0), 20)
        let (product, overflow) = max(0, firstMilliseconds).multipliedReportingOverflow(by: 1 << doublings)
        let base = overflow ? millisecondsMax : min(product, millisecondsMax)
        // From 80 to 120 percent.
        let spread = Int64(hash("\(order.rawValue)\n\(component.rawValue)\n\(attempt)") % 401)
        return base / 1_000 * (800 + spread) + base % 1_000 * (800 + spread) / 1_000
    }

    /// FNV-1a with a final mixing, as its low bits alone are not spread well.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return hash ^ (hash >> 31)
    }
}
