package import Orders

/// What a system was told beside the lines of its component, where it would be told otherwise now: what is undone is
/// undone as it was asked for.
package struct FormerTerms: Sendable, Hashable, Codable {
    /// Whose account an order is about.
    package struct Account: Sendable, Hashable, Codable {
        package var id: String?
        package var name: String?

        package init(id: String?, name: String?) {
            self.id = id
            self.name = name
        }
    }

    /// `nil` for what the order says.
    package var account: Account?
    /// `nil` for that of the order.
    package var mode: ModeName?
    /// `nil` for the words of the plan; empty where its system called everything as it was called here.
    package var wording: Wording?

    package init(account: Account? = nil, mode: ModeName? = nil, wording: Wording? = nil) {
        self.account = account
        self.mode = mode
        self.wording = wording
    }

    package var isEmpty: Bool { account == nil && mode == nil && wording == nil }

    /// What of it is told otherwise from now on, by an order and by the words of a plan for it.
    func differing(from order: Order, _ words: Wording?) -> FormerTerms {
        FormerTerms(
            account: account == Account(order) ? nil : account,
            mode: mode == order.mode ? nil : mode,
            wording: wording == words ?? Wording() ? nil : wording
        )
    }
}

extension FormerTerms.Account {
    init(_ order: Order) { self.init(id: order.accountID, name: order.accountName) }
}

extension OrderComponent {
    /// What its system was told when it was asked last, `order` being what is fulfilled; `nil` where it knows of nothing.
    func terms(in order: Order) -> FormerTerms? {
        guard isKnownToSystem else { return nil }
        let former = rework?.value.termsAsAsked?.value
        return FormerTerms(
            account: former?.account ?? FormerTerms.Account(order),
            mode: former?.mode ?? order.mode,
            wording: former?.wording ?? plan.wording ?? Wording()
        )
    }

    /// The words of the plan, as its system was told them, unless other ones are kept already.
    var wordsToKeep: Wording? {
        guard isKnownToSystem, rework?.value.termsAsAsked?.value.wording == nil else { return nil }
        return plan.wording ?? Wording()
    }

    /// Whether its system was asked for it, and has not taken it back.
    private var isKnownToSystem: Bool {
        switch processing {
        case .notStarted, .undoCompleted: false
        case .inProgress, .completed, .failed, .failedContinue, .downstreamCorrectionRequired, .undoing,
            .undoFailed,
            .undoFailedContinue:
            true
        }
    }
}
