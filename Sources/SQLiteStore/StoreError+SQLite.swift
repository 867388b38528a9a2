internal import GRDB
internal import Store

extension StoreError {
    /// What a call was about to change; decides whether a failure leaves anything unknown.
    enum Effect {
        case reads
        case writes
    }

    /// The one table from SQLite's result codes to ours.
    ///
    /// `reachedCommit` says whether the transaction was complete when it failed.
    init(_ error: any Error, doing operation: String, effect: Effect, reachedCommit: Bool = false) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            // GRDB throws nothing else from synchronous calls; if it does, the state is unknown.
            self = StoreError(
                .inputOutput,
                "\(operation) failed: \(error)",
                remedy: Self.restart,
                mayHaveHappened: effect == .writes
            )
            return
        }
        let happened =
            "\(operation) failed: \(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL:
            self = StoreError(
                .full,
                happened,
                remedy: "Make room on the disk of the store; nothing of this was written.",
                isRetryable: true
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            self = StoreError(
                .busy,
                happened,
                remedy: "Find who else has the file open for writing; only the worker may.",
                isRetryable: true
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_ERROR, .SQLITE_SCHEMA:
            self = StoreError(
                .damaged,
                happened,
                remedy: "Stop the worker, keep the file, and restore the store from a copy.",
                mayHaveHappened: reachedCommit
            )
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self = StoreError(
                .unreachable,
                happened,
                remedy: "Check that the folder exists and that this user may write to it.",
                mayHaveHappened: reachedCommit
            )
        case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_RANGE:
            self = StoreError(
                .contract,
                happened,
                remedy: "This is a defect of the program; report it with this text."
            )
        default:
            // SQLITE_IOERR in all its forms, no memory, and what this table does not know: start anew and read again.
            self = StoreError(
                .inputOutput,
                happened,
                remedy: Self.restart,
                mayHaveHappened: effect == .writes
            )
        }
    }

    /// Whether the store must refuse every further call.
    var isFatal: Bool { code == .inputOutput || code == .damaged }

    static func damagedRow(_ table: String, _ row: Int64, _ what: String) -> StoreError {
        StoreError(
            .damaged,
            "row \(row) of \(table) cannot be read: \(what)",
            remedy: "Check that no newer program wrote it; else restore the store from a copy."
        )
    }

    static func contract(_ message: String) -> StoreError {
        StoreError(.contract, message, remedy: "This is a defect of the program; report it with this text.")
    }

    private static let restart =
        "Stop the process; at the next start the store tells what was committed. Check the disk."
}
