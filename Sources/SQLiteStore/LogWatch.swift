internal import GRDB
internal import GRDBSQLite

/// Knows how long the write-ahead log is after each commit.
///
/// It takes the place of SQLite's own automatic checkpoint, which swallows its errors: a disk that fails there must
/// stop the process like one that fails in a commit.
final class LogWatch {
    /// Pages in the log after the last commit.
    ///
    /// Written inside of COMMIT, on the thread that commits.
    fileprivate(set) var pages = 0
    /// The length at which a checkpoint is due.
    private var dueAt: Int
    private let limit: Int

    init(limit: Int) {
        self.limit = max(1, limit)
        dueAt = self.limit
    }

    var isCheckpointDue: Bool { pages >= dueAt }

    /// After a checkpoint that left pages in the log because a reader needs them, the next one waits for more.
    func checkpointed(remaining: Int) { dueAt = remaining == 0 ? limit : pages + limit / 4 }

    /// The connection must be closed before this object goes.
    func attach(to database: Database) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, pages in
                guard let context = unsafe context else { return SQLITE_OK }
                let watch = unsafe Unmanaged<LogWatch>.fromOpaque(context).takeUnretainedValue()
                watch.pages = Int(pages)
                return SQLITE_OK
            },
            context
        )
    }
}
