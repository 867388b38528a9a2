/// How far a component's work is, in the ten states of OSM's order components.
package enum ProcessingState: String, Codable, Sendable, Hashable, CaseIterable {
    /// Waits for its dependencies or its start; may become InProgress.
    case notStarted = "NotStarted"
    /// Asked for; may become Completed, Failed, DownstreamCorrectionRequired or Undoing.
    case inProgress = "InProgress"
    /// Done; only a compensation leads out of it (Undoing).
    case completed = "Completed"
    /// Refused or broken; its dependants wait.
    case failed = "Failed"
    /// Failed, but its dependants go on.
    case failedContinue = "FailedContinue"
    /// Waits while the system that works on it repairs its own fault.
    case downstreamCorrectionRequired = "DownstreamCorrectionRequired"
    /// Being undone by a compensation.
    case undoing = "Undoing"
    /// Undone.
    case undoCompleted = "UndoCompleted"
    /// Could not be undone.
    case undoFailed = "UndoFailed"
    /// Could not be undone, and others go on.
    case undoFailedContinue = "UndoFailedContinue"

    /// No dependency waits for it any more.
    package var isFinished: Bool {
        switch self {
        case .completed, .failedContinue, .undoCompleted, .undoFailedContinue: true
        case .notStarted, .inProgress, .failed, .downstreamCorrectionRequired, .undoing, .undoFailed: false
        }
    }

    /// Its work failed, whoever puts that right.
    package var hasFailed: Bool { self == .failed || self == .downstreamCorrectionRequired }

    /// Its system has answered the last request, to do it or to undo it, with a refusal.
    package var isRefused: Bool { hasFailed || self == .undoFailed }
}
