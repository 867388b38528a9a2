package import Orders

/// From which state of a component on a change is penalized or impossible.
package struct PointOfNoReturn: Sendable, Hashable {
    package var permissibility: RevisionPermissibility
    /// The component has passed it once it reached this state or a later one.
    package var state: StateName
    /// For components one of whose lines is of these patterns; empty means any.
    package var patterns: Set<PatternName>

    package init(
        _ permissibility: RevisionPermissibility,
        from state: StateName,
        patterns: Set<PatternName> = []
    ) {
        self.permissibility = permissibility
        self.state = state
        self.patterns = patterns
    }
}

/// What a function does when an amendment touches a component of it that was asked for already.
package struct CompensationStrategy: Sendable, Hashable {
    /// The first whose condition holds for one of the component's lines decides, else `otherwise`.
    package struct Choice: Sendable, Hashable {
        package var kind: CompensationKind
        package var condition: Condition

        package init(_ kind: CompensationKind, when condition: Condition) {
            self.kind = kind
            self.condition = condition
        }
    }

    package var choices: [Choice]
    package var otherwise: CompensationKind

    package init(_ otherwise: CompensationKind, choices: [Choice] = []) {
        self.otherwise = otherwise
        self.choices = choices
    }

    /// For what changed; permits `redo`, `undoThenDo` and `none`.
    package static let redo = CompensationStrategy(.redo)
    /// For what is no longer wanted; permits `undo` and `none`.
    package static let undo = CompensationStrategy(.undo)

    /// - Returns: `nil` where none holds, and ``otherwise`` decides.
    func choice(for lines: [OrderLine], of order: Order, _ catalog: FulfillmentCatalog) -> Choice? {
        choices.first { choice in
            lines.contains { choice.condition.holds(for: catalog.subject($0, of: order)) }
        }
    }

    /// The first name under which a condition wanted a number and found something else.
    func nameWithoutNumber(
        for lines: [OrderLine],
        of order: Order,
        _ catalog: FulfillmentCatalog
    ) -> String? {
        choices.lazy.flatMap { choice in
            lines.lazy.compactMap { choice.condition.nameWithoutNumber(for: catalog.subject($0, of: order)) }
        }.first
    }
}

/// What of a role's orders may be changed, and how.
package struct ChangePolicy: Sendable, Hashable {
    /// What becomes of a revision or cancellation that meets a hard point of no return.
    package enum BeyondReturn: String, Sendable, Hashable, CaseIterable {
        case refuse
        /// It waits (Waiting for Revision) for a further revision or an operator.
        case park
    }

    /// What becomes of a revision or cancellation of an order that is completed or cancelled.
    package enum AfterEnd: String, Sendable, Hashable, CaseIterable {
        case refuse
        /// It is taken up again: what was done is done differently or undone, what was undone is done anew.
        case reopen
    }

    package var beyondReturn: BeyondReturn
    package var afterEnd: AfterEnd
    package var suspendGrace: GracePeriod
    package var amendGrace: GracePeriod
    package var cancelGrace: GracePeriod
    /// The first that fits refuses.
    package var forbidden: [ForbiddenTransaction]

    package init(
        beyondReturn: BeyondReturn = .refuse,
        afterEnd: AfterEnd = .refuse,
        suspendGrace: GracePeriod = .none,
        amendGrace: GracePeriod = .none,
        cancelGrace: GracePeriod = .none,
        forbidden: [ForbiddenTransaction] = []
    ) {
        self.beyondReturn = beyondReturn
        self.afterEnd = afterEnd
        self.suspendGrace = suspendGrace
        self.amendGrace = amendGrace
        self.cancelGrace = cancelGrace
        self.forbidden = forbidden
    }

    package static let standard = ChangePolicy()
}

/// How long a transition lets accepted work finish.
package struct GracePeriod: Sendable, Hashable {
    /// 0 for not at all; `nil` for as long as it takes.
    package var secondsMax: Int64?
    /// How often waiting is told.
    package var jeopardyEverySeconds: Int64

    package init(secondsMax: Int64?, jeopardyEverySeconds: Int64 = 3_600) {
        self.secondsMax = secondsMax
        self.jeopardyEverySeconds = jeopardyEverySeconds
    }

    package static let none = GracePeriod(secondsMax: 0)
    package var isNone: Bool { secondsMax == 0 }
}
