internal import CLogVFS
internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Store

/// How the two kinds of connections are opened: durability is decided here and nowhere else.
enum Connection {
    /// The only connection that writes and checkpoints.
    static func openWriter(path: String, options: SQLiteStoreOptions) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "store.writer"
        configuration.busyMode = .timeout(options.busyTimeoutSeconds)
        // A transaction left open after a failed rollback is found and refused by the store; GRDB would trap.
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(
            path: location(path, fileSystem: gathering(options.fileSystem)),
            configuration: configuration
        )
        // After GRDB has opened and never in `prepareDatabase`: in WAL mode GRDB itself turns `synchronous` down to
        // NORMAL once its preparations are over, and NORMAL loses acknowledged commits at a power cut.
        try queue.writeWithoutTransaction { database in
            _ = try database.text("PRAGMA journal_mode = WAL")
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA cache_size = \(-1024 * options.cacheMebibytes);
                    PRAGMA mmap_size = 0;
                    PRAGMA journal_size_limit = \(options.logMebibytesKept << 20);
                    """
            )
            // Debian compiles SQLite to overwrite what is deleted: every confirmed message would be written once more.
            _ = try database.integer("PRAGMA secure_delete = OFF")
            try verifyDurability(database)
        }
        return queue
    }

    /// The connection over which the writer's process asks what is committed; it never writes and never checkpoints.
    static func openLookups(path: String, options: SQLiteStoreOptions) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "store.lookups"
        configuration.readonly = true
        configuration.busyMode = .timeout(options.busyTimeoutSeconds)
        let queue = try DatabaseQueue(
            path: location(path, fileSystem: options.fileSystem),
            configuration: configuration
        )
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: "PRAGMA cache_size = \(-1024 * options.lookupCacheMebibytes); PRAGMA mmap_size = 0;"
            )
        }
        return queue
    }

    /// A pool of connections that only read and never checkpoint.
    static func openReaders(path: String, fileSystem: String?) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "store.reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        return try DatabasePool(path: location(path, fileSystem: fileSystem), configuration: configuration)
    }

    /// - Throws: `STORE_NOT_DURABLE` unless a commit on this connection is synced before it returns.
    static func verifyDurability(_ database: Database) throws {
        let journalMode = try database.text("PRAGMA journal_mode")
        let synchronous = try database.integer("PRAGMA synchronous")
        guard journalMode == "wal", synchronous == 2 else {
            throw StoreError(
                .notDurable,
                "the file is in journal mode \(journalMode) with synchronous \(synchronous), not wal with 2 (FULL)",
                remedy:
                    "Put the store on a local file system; network and some container file systems cannot do it."
            )
        }
    }

    /// - Throws: `STORE_IO` when another file, or none, is where this one was opened.
    static func verifyPlace(_ database: Database) throws {
        var hasMoved: Int32 = 0
        let code = unsafe sqlite3_file_control(
            database.sqliteConnection,
            "main",
            SQLITE_FCNTL_HAS_MOVED,
            &hasMoved
        )
        guard code == SQLITE_OK, hasMoved == 0 else {
            throw StoreError(
                .inputOutput,
                "the file was moved, removed or replaced while the worker had it open",
                remedy:
                    "Put it back in its place, beside the file of the same name with -wal, and start the worker again."
            )
        }
    }

    /// The file system that writes what goes to the log in large pieces; `nil` where there is none to do it.
    private static func gathering(_ fileSystem: String?) -> String? {
        unsafe log_vfs_over(fileSystem).map { unsafe String(cString: $0) } ?? fileSystem
    }

    /// The path, or a URI that names the file system too.
    private static func location(_ path: String, fileSystem: String?) -> String {
        guard let fileSystem else { return path }
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        return "file:\(escaped)?vfs=\(fileSystem)"
    }
}
