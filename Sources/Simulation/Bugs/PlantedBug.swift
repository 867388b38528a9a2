/// A mistake built into the station from outside, which the simulator must find.
package enum PlantedBug: String, Sendable, Hashable, CaseIterable {
    /// A delivery is acknowledged when it arrives.
    case ackBeforeCommit
    /// Nobody asks whether a message has been here before.
    case noInboxCheck
    /// A message counts as confirmed as soon as it is published.
    case outboxDroppedAtPublish
    /// A message that came back counts as confirmed.
    case returnIgnored
    /// Acknowledgements of a connection that is gone are sent on the next one.
    case ackOfOlderEpoch
    /// Identifiers are counted in memory and start anew with the process.
    case idsCountedInMemory
    /// How often a component was asked again is counted in memory and starts anew with the process.
    case attemptsInMemory
    /// A report that comes late finds its component as if nothing had been reported.
    case staleUpdateApplied
    /// An order is its snapshot, whatever its journal says beyond.
    case snapshotWithoutTail
    /// A timer that fired stays set until it fires once more.
    case timerFiredTwice
    /// A commit returns before what it wrote would survive a power cut.
    case unsyncedCommit
    /// What is undone is undone along the dependencies, not against them.
    case undoInDependencyOrder
}
