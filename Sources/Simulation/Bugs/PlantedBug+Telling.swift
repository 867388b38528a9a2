// What of a run's violations is the bug's own.
extension PlantedBug {
    /// What the simulator says about just this mistake.
    private var telling: Regex<Substring> {
        switch self {
        case .ackBeforeCommit: #/was acknowledged before any commit that knows it/#
        case .noInboxCheck: #/message \S+ took effect twice on /#
        case .outboxDroppedAtPublish: #/message \S+ to \S+ never arrived/#
        case .returnIgnored: #/message \S+ to \S+ never arrived/#
        // A number means another delivery there, or none.
        case .ackOfOlderEpoch:
            #/was acknowledged before any commit that knows it|tag \d+ was settled, and is not outstanding/#
        case .idsCountedInMemory: #/message \S+ arrived in \S+ with two contents/#
        case .attemptsInMemory: #/ is at attempt 1, after [1-9]\d* attempts/#
        case .staleUpdateApplied: #/: line \S+ of \S+ went back from \S+ to /#
        case .snapshotWithoutTail: #/the snapshot of \S+ with its tail is not the fold of its journal/#
        case .timerFiredTwice: #/timer \d+ fired twice/#
        // Others saw what power then took back.
        case .unsyncedCommit:
            #/was published when no commit owed it|was acknowledged before any commit that knows it/#
        case .undoInDependencyOrder: #/ is undone before .* which depend on it/#
        }
    }

    /// The first of a run's violations that tells of this bug; what merely went wrong meanwhile does not.
    package func told(by violations: [String]) -> String? {
        violations.first { $0.contains(telling) }
    }
}
