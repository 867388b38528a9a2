import Orders
import Testing

@Suite("Order life cycle")
struct OrderLifecycleTests {
    /// What each state may permit, in the words of the table of order life cycle policies.
    private static let table: [(state: String, dotted: String, transactions: String)] = [
        ("Not Started", "open.not_running.not_started", "update, suspend, fail, abort, delete"),
        (
            "In Progress", "open.running.in_progress",
            "update, submitAmendment, processAmendment, suspend, cancel, fail, abort, raiseException, resolveFailure"
        ),
        ("Waiting", "open.not_running.waiting", "update, submitAmendment, suspend, cancel, fail, abort"),
        (
            "Waiting for Revision", "open.not_running.waiting_for_revision",
            "update, submitAmendment, resume, cancel, fail, abort, resolveFailure"
        ),
        (
            "Suspended", "open.not_running.suspended",
            "update, submitAmendment, resume, cancel, fail, abort, resolveFailure"
        ),
        (
            "Amending", "open.running.compensating.amending",
            "submitAmendment, processAmendment, suspend, abort, resolveFailure"
        ),
        ("Cancelling", "open.running.compensating.canceling", "suspend, abort, resolveFailure"),
        ("Cancelled", "open.not_running.canceled", "update, resume, abort, delete"),
        ("Failed", "open.not_running.failed", "update, submitAmendment, cancel, abort, resolveFailure"),
        ("Completed", "closed.completed", "update, delete"),
        ("Aborted", "closed.aborted", "update, delete"),
    ]

    @Test("every state permits exactly what the table says, of every transaction (A35)")
    func everyPair() throws {
        #expect(Set(Self.table.map(\.state)) == Set(LifecycleState.allCases.map(\.rawValue)))
        var permitted = 0
        for row in Self.table {
            let state = try #require(LifecycleState(rawValue: row.state))
            let allowed = Set(row.transactions.split(separator: ", ").map(String.init))
            for transaction in OrderTransaction.allCases {
                if allowed.contains(transaction.rawValue) {
                    #expect(throws: Never.self) { try state.permit(transaction) }
                    permitted += 1
                } else {
                    let refusal = #expect(throws: TransactionRefusal.self) { try state.permit(transaction) }
                    #expect(refusal?.state == state)
                    #expect(refusal?.transaction == transaction)
                    let text = refusal?.description ?? ""
                    #expect(text.contains(state.rawValue) && text.contains(transaction.rawValue))
                    for name in allowed { #expect(refusal?.reason.contains(name) == true) }
                }
            }
        }
        let listed = Self.table.map { $0.transactions.split(separator: ",").count }.reduce(0, +)
        #expect(permitted == listed)
    }

    @Test("dotted names show the parents, and only Completed and Aborted are closed")
    func names() throws {
        for row in Self.table {
            let state = try #require(LifecycleState(rawValue: row.state))
            #expect(state.dottedName == row.dotted)
            #expect(state.isClosed == row.dotted.hasPrefix("closed."))
        }
    }
}
