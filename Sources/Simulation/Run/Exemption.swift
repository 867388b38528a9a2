/// What a check lets pass, and for which reason; too much of it, and the check proves nothing.
package enum Exemption: String, Sendable, Hashable, CaseIterable {
    /// The end of an order to which a system's failure was told before what it had said earlier.
    case endOfReordered
    /// The milestones of an order to which something was told too late to change anything.
    case lateMilestones
    /// The place of a message whose queue refused it, or one before it: what was on its way meanwhile passes it.
    case overtakenWhenRefused
    /// A timer decided once more, in vain, after a commit of which nobody knew that it was kept.
    case firedInVain

    /// Of a thousand checks so many are let pass at most, among many seeds: about twice of what a thousand seeds show.
    package var perMilleMax: Int {
        switch self {
        case .endOfReordered: 2
        case .lateMilestones: 80
        case .overtakenWhenRefused: 80
        case .firedInVain: 1
        }
    }
}

/// How many of some checks were let pass.
package struct ExemptionShare: Sendable, Hashable {
    package var exempted: Int
    package var checks: Int

    package init(exempted: Int = 0, of checks: Int = 0) {
        self.exempted = exempted
        self.checks = checks
    }

    static func + (one: ExemptionShare, other: ExemptionShare) -> ExemptionShare {
        ExemptionShare(exempted: one.exempted + other.exempted, of: one.checks + other.checks)
    }

    /// In tenths of a percent, rounded up.
    var perMille: Int { checks > 0 ? (exempted * 1_000 + checks - 1) / checks : 0 }
}
