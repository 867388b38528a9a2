package import Orders

extension OrderComponent {
    /// How far the work on each of its lines is, in the order of the plan's lines (OSM OrderItemProcessingState).
    package func itemProcessing(_ states: StateTree) -> [ProcessingState] {
        plan.lines.indices.map { itemProcessing(at: $0, states) }
    }

    private func itemProcessing(at position: Int, _ states: StateTree) -> ProcessingState {
        switch processing {
        // Asked for, undone and given up as a whole.
        case .notStarted, .undoing, .undoCompleted, .undoFailed, .undoFailedContinue: return processing
        case .inProgress, .completed, .failed, .failedContinue, .downstreamCorrectionRequired: break
        }
        guard task == nil || isAskedFor(position) else { return .notStarted }
        guard lineStates.indices.contains(position) else { return processing }
        return switch states.root(of: lineStates[position]) {
        case .open, .inProgress: .inProgress
        case .complete: .completed
        case .failed: processing == .downstreamCorrectionRequired ? processing : .failed
        // Nobody has decided yet that it goes on without what its system cancelled.
        case .cancelled: processing == .failed ? .failed : .failedContinue
        }
    }
}
