/// What can go wrong around the station.
package enum FaultKind: String, Sendable, Hashable, CaseIterable {
    // The broker and the way to it.
    /// A connection breaks at some frame; both sides notice at once.
    case cut
    /// The client notices long before the broker does: two connections hold the same messages for a while.
    case cutUnnoticedByBroker
    /// The broker notices long before the client does: the same messages are with two consumers.
    case cutUnnoticedByClient
    /// All connections break, and nobody can connect for a while.
    case brokerDown
    /// Confirms never come.
    case confirmsLost
    /// Confirms come late.
    case confirmsLate
    /// A queue refuses what is published to it.
    case refusing
    /// A queue is not there for who publishes.
    case unroutable
    /// The broker takes no publications.
    case alarm
    /// A message is in its queue twice.
    case duplicate
    /// Messages of two orders change places.
    case reorder

    // The store.
    case storeBusy
    case storeFull
    case commitUnknownLost
    case commitUnknownKept
    case crashBeforeCommit
    case crashAfterCommit
    /// Power is cut in the middle of a commit: of the group that was being written nothing is there, nor of those
    /// that waited behind it, nor of anything that no commit synced before.
    ///
    /// As whatever a store writes is synced before the call returns, that leaves what ``crashBeforeCommit`` leaves:
    /// it proves that nothing which was acknowledged or published depends on an unsynced tail. That a tail would be
    /// missed is shown by ``PlantedBug/unsyncedCommit``, where there is one.
    case powerCut
    case readsRefused

    // The process and its machine.
    /// The process ends between two steps.
    case crash
    /// As ``crash``, and the newest snapshots are gone.
    case olderSnapshots
    /// The process is told to end, drains, and starts again.
    case drain
    /// One of its threads gets no turn for a while: a slow disk, a busy processor.
    case stageStalls
    /// None of its threads gets a turn.
    case processStalls
    /// The disk is slow, meanwhile a consumer's connection breaks and comes back, and then the process ends.
    case slowDiskCutAndCrash
    case clockForward
    case clockBack

    // Who stands around.
    /// A system answers a request again, with the same messages.
    case repeatedAnswer
    /// A system says again what it said long before, in a new message.
    case staleAnswer
    /// Order capture sends an order again: the same message, or the same revision in a new one.
    case repeatedOrder
}
