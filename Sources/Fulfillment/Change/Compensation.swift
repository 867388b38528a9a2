package import Orders

/// What an amendment makes of a component.
package enum CompensationKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// It stays as it is.
    case none
    /// It was never asked for and is no longer wanted.
    case drop
    /// It is new, or was undone before.
    case perform = "do"
    /// Its system is asked again, with what changed.
    case redo
    /// Its system is asked to take back what it did.
    case undo
    /// Taken back first, then asked for anew.
    case undoThenDo = "undo then do"
}

/// One entry of a compensation plan.
package struct CompensationStep: Sendable, Hashable, Codable {
    package var component: ComponentID
    package var kind: CompensationKind
    /// Its undo begins once these are undone: those that depended on it.
    package var undoAfter: [ComponentID]
    /// … and all of these groups of the amendment; `nil` for none.
    package var undoAfterGroups: [Int]?
    /// The lines as its system knows them, when it is to redo or undo them, or is left with them although they changed.
    package var asked: [OrderLine]
    /// What its system was told beside the lines; `nil` where it would be told the same now.
    package var former: Rare<FormerTerms>?
    /// What it is about, in a phrase.
    package var reason: String
    /// Why the strategy without condition was taken, where a condition could not be answered.
    package var fallback: String?

    package init(
        component: ComponentID,
        kind: CompensationKind,
        undoAfter: [ComponentID] = [],
        undoAfterGroups: [Int]? = nil,
        asked: [OrderLine] = [],
        former: Rare<FormerTerms>? = nil,
        reason: String,
        fallback: String? = nil
    ) {
        self.component = component
        self.kind = kind
        self.undoAfter = undoAfter
        self.undoAfterGroups = undoAfterGroups
        self.asked = asked
        self.former = former
        self.reason = reason
        self.fallback = fallback
    }
}

/// How a system is asked (OSM execution modes).
package enum ExecutionMode: String, Sendable, Hashable, Codable, CaseIterable {
    case perform = "do"
    case redo
    case undo
}

/// How far the order can still be changed (AIA RevisionPermissibleCode).
package enum RevisionPermissibility: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// No point of no return is passed yet.
    case notYet = "NOT YET"
    /// A change is possible, at a penalty.
    case soft = "SOFT"
    /// No change any more.
    case hard = "HARD"

    private var rank: Int {
        switch self {
        case .notYet: 0
        case .soft: 1
        case .hard: 2
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// What a component went through beyond being asked for once.
package struct Rework: Sendable, Hashable, Codable {
    /// How often its system was asked for something, each time under a correlation of its own.
    package var requests: Int
    /// The revision that the last request carried; rises with every request.
    package var requestRevision: Int
    /// What the last request asked for.
    package var mode: ExecutionMode
    /// What is still to be done of an amendment's plan; `nil` when nothing is.
    package var task: PendingCompensation?
    /// Whether the order no longer wants it: it is there to be undone, or was.
    package var isWithdrawn: Bool
    /// How often the request in hand was sent again after technical failures.
    package var retries: Int
    /// When it is sent again.
    package var retryAt: Timestamp?
    /// The lines as its system knows them where a person set values of them later, or a revision left them with it as
    /// they were; `nil` for as the order has them.
    package var linesAsAsked: [OrderLine]?
    /// What its system was told beside the lines, where it would be told otherwise now.
    package var termsAsAsked: Rare<FormerTerms>?

    package init(requests: Int, requestRevision: Int) {
        self.requests = requests
        self.requestRevision = requestRevision
        mode = .perform
        isWithdrawn = false
        retries = 0
    }
}

/// A compensation that waits for its turn, or for its system.
package struct PendingCompensation: Sendable, Hashable, Codable {
    /// `redo`, `undo` or `undoThenDo`.
    package var kind: CompensationKind
    package var undoAfter: [ComponentID]
    /// Groups of the change that must be undone before; `nil` for none.
    package var undoAfterGroups: [Int]?
    /// The lines as its system knows them: what is undone is undone as it was asked for.
    package var asked: [OrderLine]

    package init(
        kind: CompensationKind,
        undoAfter: [ComponentID] = [],
        undoAfterGroups: [Int]? = nil,
        asked: [OrderLine] = []
    ) {
        self.kind = kind
        self.undoAfter = undoAfter
        self.undoAfterGroups = undoAfterGroups
        self.asked = asked
    }

    package var isUndo: Bool { kind == .undo || kind == .undoThenDo }
    var waitsForUndo: Bool { !undoAfter.isEmpty || undoAfterGroups != nil }
}
