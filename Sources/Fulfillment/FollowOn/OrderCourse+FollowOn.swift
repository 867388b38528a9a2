internal import Orders

// Follow-on orders: work that waits for a line of another order of the same role.
//
// The follower asks its base over the role's own queue of operations, and the base answers the same way once it is
// done or never will be. Nobody looks into an order that is not his.
extension OrderCourse {
    /// Asks for all that components wait for and that was not asked yet, or was answered in vain.
    mutating func askBases() {
        guard let state, state.components.contains(where: { $0.plan.bases != nil }) else { return }
        let known = (state.relations?.value.bases ?? []).filter { $0.outcome?.releases ?? true }
        var asked = Set(known.map(\.reference))
        for component in state.components where !component.isWithdrawn {
            for base in state.basesAwaited(by: component) where asked.insert(base).inserted {
                emit(.baseAsked(base))
            }
        }
    }

    /// A base order tells how it stands.
    mutating func noteBase(_ operation: OrderOperation) {
        guard let order = operation.base, let outcome = operation.value.flatMap(BaseOutcome.init(rawValue:))
        else {
            let text =
                "operation basereport by \(operation.by.prefix(60)) names no base order, or no outcome among "
                + BaseOutcome.allCases.map(\.rawValue).joined(separator: ", ")
            return emit(.failureRaised(Failure(.operationInvalid, text)))
        }
        let base = BaseReference(order: order, line: operation.line)
        guard state?.lifecycle != .aborted else {
            return emit(.updateIgnored(nil, reason: "it comes after the order was aborted"))
        }
        guard let known = state?.relations?.value.bases.first(where: { $0.reference == base }),
            !(known.outcome?.releases ?? false), known.outcome != outcome
        else {
            return emit(.updateIgnored(nil, reason: "\(base) is not awaited, or was reported before"))
        }
        emit(.baseAnswered(base, outcome: outcome))
        for incident in state?.incidents ?? [] where incident.base == base {
            emit(.incidentClosed(incident.id, resolution: .recovered, by: nil))
        }
        guard outcome.releases else { return miss(base, outcome) }
        lookAtFollowers(of: base)
    }

    /// What is followed will not be done, or is not known: a person decides.
    private mutating func miss(_ base: BaseReference, _ outcome: BaseOutcome) {
        let blocked = (state?.components ?? []).filter {
            !$0.isWithdrawn && $0.waitsForItsTurn && $0.plan.bases?.contains(base) ?? false
        }
        guard !blocked.isEmpty else { return }
        let waiting = "which \(Listing.some(blocked.map(\.id))) waits for"
        let failure =
            switch outcome {
            case .cancelled:
                Failure(.baseOrderEnded, "\(base), \(waiting), was cancelled and will not be done")
            case .circle:
                Failure(
                    .baseOrderCircle,
                    "\(base), \(waiting), waits for this order: neither will ever be done"
                )
            case .unknown, .done, .waived: Failure(.baseOrderUnknown, "\(base), \(waiting), is not known")
            }
        emit(.failureRaised(failure))
        openIncident(failure, base: base)
    }

    /// What a person decides about a base that was waited for in vain.
    mutating func correct(_ base: BaseReference, _ action: OrderOperation.Action) {
        switch action {
        case .retry, .fix: emit(.baseAsked(base))
        case .resolve, .skip, .complete:
            emit(.baseAnswered(base, outcome: .waived))
            lookAtFollowers(of: base)
        default: break
        }
    }

    private mutating func lookAtFollowers(of base: BaseReference) {
        for at in state?.components.indices ?? 0..<0
        where state?.components[at].plan.bases?.contains(base) ?? false { look(at: at) }
    }

    // MARK: As a base

    /// Another order waits for this one; one that asks again is told again.
    mutating func noteFollower(_ operation: OrderOperation) {
        guard let key = operation.value, !key.isEmpty else {
            let text = "operation follow by \(operation.by.prefix(60)) does not name the order that waits"
            return emit(.failureRaised(Failure(.operationInvalid, text)))
        }
        let follower = Follower(order: OrderKey(key), line: operation.line)
        guard state?.relations?.value.hasPlace(for: follower) ?? true else {
            let text = "order \(key) cannot follow this one: \(OrderRelations.followersMax) orders do already"
            emit(.failureRaised(Failure(.operationInvalid, text)))
            // Without an answer it would wait for one.
            return emit(.followerTold(Follower(order: follower.order, line: follower.line, told: .unknown)))
        }
        emit(.followerKnown(follower))
    }

    /// Followers are told once what they wait for has ended.
    mutating func tellFollowers() {
        guard let followers = state?.relations?.value.followers, !followers.isEmpty else { return }
        for follower in followers where follower.told == nil {
            guard let outcome = outcome(of: follower.line) else { continue }
            emit(.followerTold(Follower(order: follower.order, line: follower.line, told: outcome)))
        }
    }

    /// - Returns: `nil` while it has not ended.
    private func outcome(of line: LineID?) -> BaseOutcome? {
        guard let state else { return nil }
        let isOver = state.lifecycle == .cancelled || state.lifecycle == .aborted
        guard let line else {
            return state.lifecycle == .completed ? .done : isOver ? .cancelled : nil
        }
        guard let at = state.index.lineAt[line] else {
            // A revision may still bring it.
            if state.lifecycle == .completed { return .unknown }
            return isOver ? .cancelled : catalog.unknownBase == .fallout ? .unknown : nil
        }
        if state.lines[at].isWithdrawn { return .cancelled }
        return switch catalog.states.root(of: state.lines[at].state) {
        case .complete: .done
        case .cancelled: .cancelled
        case .open, .inProgress, .failed: isOver ? .cancelled : nil
        }
    }
}
