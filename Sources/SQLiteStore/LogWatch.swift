internal import GRDB
internal import GRDBSQLite

/// Knows how long the write-ahead log is after each commit.
///
/// It takes the place of SQLite's own automatic checkpoint, which swallows its errors: a disk that fails there must
/// stop the process like one that fails in a commit.
final class LogWatch {
    /// Pages in the log after the last commit.
    private var pages = 0
    /// How many of them are in the main file too.
    private var moved = 0
    /// Pages that the last checkpoint had to leave, because a reader needs them.
    private var left = 0
    /// So many pages make a checkpoint due.
    private let limit: Int

    init(limit: Int) { self.limit = max(4, limit) }

    /// After a commit.
    var isCheckpointDue: Bool { pages - moved >= max(limit, left + limit / 4) }

    /// In a quiet moment; they come after every few messages, and a checkpoint costs three syncs.
    var isCheckpointWorthwhile: Bool { pages - moved >= left + limit / 4 }

    /// Called inside of COMMIT, on the thread that commits.
    fileprivate func committed(pages: Int) {
        self.pages = pages
        guard pages < moved else { return }
        // All of it was moved and nobody read it: the log has started anew.
        moved = 0
        left = 0
    }

    func checkpointed(moved: Int) {
        self.moved = moved
        left = max(0, pages - moved)
    }

    func checkpointFailed() { left = max(0, pages - moved) }

    /// The connection must be closed before this object goes.
    func attach(to database: Database) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, pages in
                guard let context = unsafe context else { return SQLITE_OK }
                let watch = unsafe Unmanaged<LogWatch>.fromOpaque(context).takeUnretainedValue()
                watch.committed(pages: Int(pages))
                return SQLITE_OK
            },
            context
        )
    }
}
