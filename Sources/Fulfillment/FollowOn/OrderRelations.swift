package import Orders

/// The orders that an order follows, and those that follow it.
package struct OrderRelations: Sendable, Hashable, Codable {
    package var bases: [Base]
    package var followers: [Follower]

    /// Orders that may wait for one order at a time.
    package static let followersMax = 1_000

    /// Something that the order waits for.
    package struct Base: Sendable, Hashable, Codable {
        package var reference: BaseReference
        /// `nil` while it is awaited.
        package var outcome: BaseOutcome?

        package init(reference: BaseReference, outcome: BaseOutcome? = nil) {
            self.reference = reference
            self.outcome = outcome
        }
    }

    package init() {
        bases = []
        followers = []
    }

    /// Whether one more may follow: beside those that wait, those that were told are kept only while there is place.
    func hasPlace(for follower: Follower) -> Bool {
        followers.count < Self.followersMax
            || followers.contains { $0.told != nil || $0.isSame(as: follower) }
    }
}

/// How a base order, or its line, ended for an order that follows it.
package enum BaseOutcome: String, Sendable, Hashable, Codable, CaseIterable {
    case done
    /// It was cancelled, withdrawn or aborted: it will not be done.
    case cancelled
    /// There is no such order or line.
    case unknown
    /// It waits, itself or through others, for the order that waits for it: neither will ever be done.
    case circle
    /// A person decided that nobody waits for it any more.
    case waived

    /// Whether work may begin that waited for it.
    package var releases: Bool { self == .done || self == .waived }
}

/// An order that waits for this one, or for one of its lines.
package struct Follower: Sendable, Hashable, Codable {
    package var order: OrderKey
    package var line: LineID?
    /// What it was told; `nil` while it waits.
    package var told: BaseOutcome?

    package init(order: OrderKey, line: LineID? = nil, told: BaseOutcome? = nil) {
        self.order = order
        self.line = line
        self.told = told
    }

    func isSame(as other: Follower) -> Bool { order == other.order && line == other.line }
}

extension OrderOperation {
    /// Tells a follower how what it follows ended.
    package static func baseReport(
        _ base: BaseReference,
        _ outcome: BaseOutcome,
        role: RoleName
    ) -> OrderOperation {
        OrderOperation(
            action: .baseReport,
            by: "\(role) order \(base.order)",
            value: outcome.rawValue,
            line: base.line,
            base: base.order
        )
    }
}

extension OrderState {
    mutating func applyRelation(_ event: OrderEvent) {
        var relations = relations?.value ?? OrderRelations()
        switch event {
        case .baseAsked(let base): relations.set(base, nil)
        case .baseAnswered(let base, let outcome): relations.set(base, outcome)
        case .followerKnown(let follower), .followerTold(let follower): relations.set(follower)
        default: return
        }
        self.relations = Rare(relations)
    }

    /// Whether work that waits for these may begin.
    func basesAreDone(_ bases: [BaseReference]) -> Bool {
        let known = relations?.value.bases ?? []
        return bases.allSatisfy { base in
            known.first { $0.reference == base }?.outcome?.releases ?? false
        }
    }

    /// What of other orders a component still waits for.
    package func basesAwaited(by component: OrderComponent) -> [BaseReference] {
        guard component.waitsForItsTurn else { return [] }
        return (component.plan.bases ?? []).filter { !basesAreDone([$0]) }
    }
}

extension OrderComponent {
    /// Whether it is still to be asked for, or to be asked for again.
    var waitsForItsTurn: Bool { processing == .notStarted || task.map { $0.kind != .undo } ?? false }
}

extension OrderRelations {
    fileprivate mutating func set(_ base: BaseReference, _ outcome: BaseOutcome?) {
        if let at = bases.firstIndex(where: { $0.reference == base }) {
            bases[at].outcome = outcome
        } else {
            bases.append(Base(reference: base, outcome: outcome))
        }
    }

    fileprivate mutating func set(_ follower: Follower) {
        if let at = followers.firstIndex(where: { $0.isSame(as: follower) }) {
            followers[at] = follower
            return
        }
        if followers.count >= Self.followersMax {
            // Who was told needs nothing any more; who is told that there is no place for him is not kept.
            guard follower.told == nil, let told = followers.firstIndex(where: { $0.told != nil }) else {
                return
            }
            followers.remove(at: told)
        }
        followers.append(follower)
    }
}
