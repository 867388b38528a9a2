/// The eleven states of an order (OSM order life cycle policies).
package enum LifecycleState: String, Codable, Sendable, Hashable, CaseIterable {
    case notStarted = "Not Started"
    case inProgress = "In Progress"
    case waiting = "Waiting"
    case waitingForRevision = "Waiting for Revision"
    case suspended = "Suspended"
    case amending = "Amending"
    case cancelling = "Cancelling"
    /// Open: a cancelled order can be resumed.
    case cancelled = "Cancelled"
    case failed = "Failed"
    case completed = "Completed"
    case aborted = "Aborted"

    /// The dotted name that shows its parents.
    package var dottedName: String {
        switch self {
        case .notStarted: "open.not_running.not_started"
        case .inProgress: "open.running.in_progress"
        case .waiting: "open.not_running.waiting"
        case .waitingForRevision: "open.not_running.waiting_for_revision"
        case .suspended: "open.not_running.suspended"
        case .amending: "open.running.compensating.amending"
        case .cancelling: "open.running.compensating.canceling"
        case .cancelled: "open.not_running.canceled"
        case .failed: "open.not_running.failed"
        case .completed: "closed.completed"
        case .aborted: "closed.aborted"
        }
    }

    /// Only Completed and Aborted are closed.
    package var isClosed: Bool {
        switch self {
        case .completed, .aborted: true
        case .notStarted, .inProgress, .waiting, .waitingForRevision, .suspended, .amending, .cancelling,
            .cancelled,
            .failed:
            false
        }
    }
}

extension LifecycleState {
    /// Whether nothing more is done about the order unless it is resumed or revised.
    package var isOver: Bool { isClosed || self == .cancelled }

    /// What helps whoever wants something of an order that is over; `nil` for one that is not.
    package var wayOutOfEnd: String? {
        guard isOver else { return nil }
        return self == .cancelled ? "Resume the order first, or send a new one." : "Send a new order."
    }
}

/// What can be asked of an order.
package enum OrderTransaction: String, Codable, Sendable, Hashable, CaseIterable {
    case update
    case submitAmendment
    case processAmendment
    case suspend
    case resume
    case cancel
    case fail
    case abort
    case delete
    case raiseException
    case resolveFailure
}

/// Why a transaction was not permitted.
package struct TransactionRefusal: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    package var state: LifecycleState
    package var transaction: OrderTransaction
    package var reason: String

    package init(state: LifecycleState, transaction: OrderTransaction, reason: String) {
        self.state = state
        self.transaction = transaction
        self.reason = reason
    }

    package var description: String {
        "transaction \(transaction.rawValue) refused in state \(state.rawValue): \(reason)"
    }
}

extension LifecycleState {
    /// The transactions that this state permits (the union seen in OSM's order life cycle policies).
    package var permittedTransactions: Set<OrderTransaction> {
        switch self {
        case .notStarted: [.update, .suspend, .fail, .abort, .delete]
        case .inProgress:
            [
                .update, .submitAmendment, .processAmendment, .suspend, .cancel, .fail, .abort,
                .raiseException,
                .resolveFailure,
            ]
        case .waiting: [.update, .submitAmendment, .suspend, .cancel, .fail, .abort]
        case .waitingForRevision:
            [.update, .submitAmendment, .resume, .cancel, .fail, .abort, .resolveFailure]
        case .suspended: [.update, .submitAmendment, .resume, .cancel, .fail, .abort, .resolveFailure]
        case .amending: [.submitAmendment, .processAmendment, .suspend, .abort, .resolveFailure]
        case .cancelling: [.suspend, .abort, .resolveFailure]
        case .cancelled: [.update, .resume, .abort, .delete]
        case .failed: [.update, .submitAmendment, .cancel, .abort, .resolveFailure]
        case .completed, .aborted: [.update, .delete]
        }
    }

    /// The table once for all, as every update asks it.
    private static let permitted = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, $0.permittedTransactions) }
    )

    /// - Throws: ``TransactionRefusal`` when the state does not permit the transaction.
    package func permit(_ transaction: OrderTransaction) throws(TransactionRefusal) {
        guard Self.permitted[self]?.contains(transaction) ?? false else {
            let permitted = permittedTransactions.map(\.rawValue).sorted().joined(separator: ", ")
            throw TransactionRefusal(
                state: self,
                transaction: transaction,
                reason: "this state permits \(permitted)"
            )
        }
    }
}
