/// What happens to orders that change, and to those in fallout; each kind must occur among many seeds.
package enum ChangeKind: String, Sendable, Hashable, CaseIterable {
    // What order capture sends after an order.
    case valueChanged
    case linesRemoved
    case linesAdded
    /// A revision without lines: the whole order is cancelled.
    case cancelledByRevision
    case equalRevision
    case staleRevision
    /// Several revisions at once.
    case quickSuccession
    /// A revision that a system refuses until it is corrected.
    case wrongRevision
    case correctingRevision

    // What a person asks for.
    case suspend
    case resume
    case cancel
    case retry
    case resolve
    case skip

    // What systems do.
    case workRefused
    case undoRefused
    case silence

    // What the station makes of it.
    case revisionApplied
    case orderCancelled
    case orderResumedAfterCancel
    case revisionQueued
    case revisionSuperseded
    case revisionRefused
    case refusedBeyondReturn
    case redo
    case undo
    case undoneAndDoneAgain
    case droppedBeforeStart
    case incidentOpened
    case sentAgainAfterSilence
    /// An order began once the one that it follows was done.
    case followed
}
