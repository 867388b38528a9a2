package import Orders

/// A transition condition of a role: where it holds, a transaction that the life cycle permits is refused all the same
/// (OSM transition conditions).
package struct ForbiddenTransaction: Sendable, Hashable {
    package var transactions: Set<OrderTransaction>
    /// Empty for any.
    package var states: Set<LifecycleState>
    /// Over the order as it stands.
    package var condition: Condition
    /// What whoever asks is told.
    package var message: String
    package var severity: FailureSeverity

    /// Transactions that somebody asks for; the others are the engine's own.
    package static let askable: [OrderTransaction] = [
        .submitAmendment, .suspend, .resume, .cancel, .fail, .abort, .resolveFailure, .delete,
    ]

    package init(
        _ transactions: Set<OrderTransaction>,
        in states: Set<LifecycleState> = [],
        when condition: Condition = .always,
        message: String,
        severity: FailureSeverity = .error
    ) {
        self.transactions = transactions
        self.states = states
        self.condition = condition
        self.message = message
        self.severity = severity
    }
}

extension OrderState {
    /// Why the catalog refuses a transaction; `nil` when it does not.
    package func refusal(
        of transaction: OrderTransaction,
        label: String,
        catalog: FulfillmentCatalog
    ) -> Failure? {
        guard !catalog.changes.forbidden.isEmpty, let order else { return nil }
        let rule = catalog.changes.forbidden.first { rule in
            rule.transactions.contains(transaction)
                && (rule.states.isEmpty || rule.states.contains(lifecycle))
                && rule.condition.holds(for: ConditionSubject(order: order, line: nil))
        }
        return rule.map { rule in
            Failure(
                .transactionNotPermitted,
                "\(label): transaction \(transaction.rawValue) refused in state \(lifecycle.rawValue): \(rule.message)",
                correctiveAction: rule.message,
                severity: rule.severity
            )
        }
    }
}
