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
    init(
        _ error: any Error,
        doing operation: String,
        file: String,
        effect: Effect,
        reachedCommit: Bool = false
    ) {
        if let error = error as? StoreError {
            self = error
            if !message.contains(file) { message = "\(file): \(message)" }
            return
        }
        guard let error = error as? DatabaseError else {
            // GRDB throws nothing else from synchronous calls; if it does, the state is unknown.
            self = StoreError(
                .inputOutput,
                "\(file): \(operation) failed: \(error)",
                remedy: Self.restart,
                mayHaveHappened: effect == .writes
            )
            return
        }
        let reason = "\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))"
        let happened = "\(file): \(operation) failed: \(reason)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self = StoreError(
                .full,
                happened,
                remedy:
                    "Make room in the file system of \(StorePath.folder(of: file)); nothing of this was written.",
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
                remedy: "Check that \(StorePath.folder(of: file)) exists and that this user may write to it.",
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

    /// Why a file could not be opened as a store.
    init(opening file: String, _ error: any Error) {
        let isForeign =
            error is Schema.NotAStore || (error as? DatabaseError)?.resultCode == .SQLITE_NOTADB
        self =
            isForeign
            ? Self.notAStore(file) : StoreError(error, doing: "opening the store", file: file, effect: .reads)
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

    /// A file with something else in it; said at opening only, where no commit of ours can be in doubt.
    static func notAStore(_ file: String) -> StoreError {
        StoreError(
            .configuration,
            "\(file) is not a Waystation store",
            remedy:
                "Give the path of a store, or of a file that does not exist yet: the worker makes it. If it was one, "
                + "it is damaged: put it aside and restore a copy."
        )
    }

    static func contract(_ message: String) -> StoreError {
        StoreError(.contract, message, remedy: "This is a defect of the program; report it with this text.")
    }

    private static let restart =
        "Stop the process; at the next start the store tells what was committed. Check the disk."
}
