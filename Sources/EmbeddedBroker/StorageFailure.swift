import Broker
import GRDB

/// Turns what SQLite reports into what an operator can act upon.
///
/// Texts never hold a message's content.
enum StorageFailure {
    static func brokerError(_ error: any Error, folder: String) -> BrokerError {
        switch error {
        case let error as BrokerError: error
        case let error as DatabaseError: brokerError(error, folder: folder)
        case is PropertyEncoding.Failure:
            damaged(folder: folder, detail: "a message's properties are damaged")
        default:
            BrokerError(
                .storage,
                "the embedded broker in \(folder) failed: \(type(of: error))",
                remedy: "Check the folder and its disk.",
                mayHaveHappened: true
            )
        }
    }

    static func missing(folder: String) -> BrokerError {
        BrokerError(
            .notFound,
            "there is no embedded broker in \(folder) yet",
            remedy: "Run `waystation topology apply`."
        )
    }

    /// Whoever still has the old file open must not meet a new one: both would have the same journal.
    static func replaced(folder: String) -> BrokerError {
        BrokerError(
            .storage,
            "the embedded broker's file in \(folder) was removed or replaced",
            remedy:
                "Stop all programs that use the folder first. Then put the file back, or run `waystation topology "
                + "apply` to start with an empty one."
        )
    }

    static func damaged(folder: String, detail: String) -> BrokerError {
        BrokerError(
            .storage,
            "the embedded broker's file in \(folder) is damaged: \(detail)",
            remedy:
                "Stop all programs that use the folder, keep a copy of it, and save what can be read with "
                + "`sqlite3 \(StorageFiles.databaseName) .dump > saved.sql`.",
            isRetryable: false
        )
    }

    private static func brokerError(_ error: DatabaseError, folder: String) -> BrokerError {
        let detail = error.message ?? "no detail"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            return BrokerError(
                .storage,
                "the embedded broker's file in \(folder) stayed locked by another process",
                remedy: "Look for a stopped or hanging program that uses the folder (`fuser -v FOLDER/*`)."
            )
        case .SQLITE_FULL:
            return BrokerError(
                .storage,
                "the disk that holds \(folder) is full",
                remedy: "Free space; nothing is lost, work goes on by itself."
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            return damaged(folder: folder, detail: detail)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            return BrokerError(
                .storage,
                "the embedded broker's file in \(folder) cannot be opened or written (\(detail))",
                remedy: "Check that the folder exists and that this user may write in it."
            )
        default:
            return BrokerError(
                .storage,
                "the file in \(folder) failed (\(error.extendedResultCode.rawValue): \(detail))",
                remedy: "Check the disk and the system log.",
                // A failed flush loses what was unwritten, and trying again would only seem to help.
                isRetryable: error.extendedResultCode != .SQLITE_IOERR_FSYNC,
                mayHaveHappened: error.resultCode == .SQLITE_IOERR
            )
        }
    }
}
