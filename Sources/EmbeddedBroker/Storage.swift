import Broker
import GRDB
import Glibc

/// The broker's file, opened: one SQLite connection that the links of one broker value share.
///
/// A rollback journal with full flushes, not a write-ahead log: several processes write, and SQLite before
/// 3.51.3 can damage a write-ahead log when they do. Every transaction takes the write lock first, so that
/// none can deadlock half way.
final class Storage: Sendable {
    let files: StorageFiles
    let limits: EmbeddedBrokerLimits
    private let queue: DatabaseQueue
    private let identity: UInt64?

    /// How long one wait for a lock lasts before it is tried again; SQLite's own waits grow to a tenth of a
    /// second.
    private static let lockPollMilliseconds: Int32 = 1

    /// Opens the file; `creating` also makes folder and tables.
    init(_ files: StorageFiles, limits: EmbeddedBrokerLimits, creating: Bool) throws(BrokerError) {
        self.files = files
        self.limits = limits
        if creating {
            try files.createFolders()
        } else if !files.databaseExists {
            throw StorageFailure.missing(folder: files.folder)
        }
        do {
            queue = try DatabaseQueue(path: files.database, configuration: Self.configuration(limits))
            try queue.writeWithoutTransaction { database in
                try Self.checkDurability(database, folder: files.folder)
                try database.inTransaction(.immediate) {
                    try Schema.prepare(database, folder: files.folder)
                    return .commit
                }
            }
        } catch {
            throw StorageFailure.brokerError(error, folder: files.folder)
        }
        identity = files.databaseIdentity()
    }

    private static func configuration(_ limits: EmbeddedBrokerLimits) -> Configuration {
        var configuration = Configuration()
        configuration.label = "embedded broker"
        configuration.foreignKeysEnabled = false
        let triesMax = limits.lockTimeoutMilliseconds / Int(lockPollMilliseconds)
        configuration.busyMode = .callback { tries in
            guard tries < triesMax else { return false }
            poll(nil, 0, lockPollMilliseconds)
            return true
        }
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA page_size = 8192;
                    PRAGMA journal_mode = TRUNCATE;
                    PRAGMA synchronous = FULL;
                    PRAGMA secure_delete = FAST;
                    PRAGMA temp_store = MEMORY;
                    """
            )
        }
        return configuration
    }

    /// A confirmed message must survive a power cut: anything else than what we asked for is refused.
    private static func checkDurability(_ database: Database, folder: String) throws {
        let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? 0
        let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? ""
        guard synchronous == 2, journal == "truncate" else {
            throw BrokerError(
                .storage,
                "the file in \(folder) is not durable (journal \(journal), synchronous \(synchronous))",
                remedy: "Stop other programs that have the file open, or choose another folder."
            )
        }
    }

    /// Runs one durable transaction: when it returns, what it did survives a power cut.
    func transaction<Result>(_ body: (BrokerTransaction) throws -> Result) throws(BrokerError) -> Result {
        do {
            return try queue.writeWithoutTransaction { database in
                var result: Result?
                try database.inTransaction(.immediate) {
                    result = try body(BrokerTransaction(database: database, folder: files.folder))
                    return .commit
                }
                guard let result else { preconditionFailure("a committed transaction has a result") }
                return result
            }
        } catch {
            throw StorageFailure.brokerError(error, folder: files.folder)
        }
    }

    /// Reads without holding others up for longer than the read takes.
    func read<Result>(_ body: (BrokerTransaction) throws -> Result) throws(BrokerError) -> Result {
        do {
            return try queue.writeWithoutTransaction { database in
                try body(BrokerTransaction(database: database, folder: files.folder))
            }
        } catch {
            throw StorageFailure.brokerError(error, folder: files.folder)
        }
    }

    /// Changes whenever another connection has committed, be it of this process or of another.
    func dataVersion() throws(BrokerError) -> Int {
        try read { transaction in
            try Int.fetchOne(transaction.database.cachedStatement(sql: "PRAGMA data_version")) ?? 0
        }
    }

    /// Whether the folder still holds the file that is open here.
    var isInPlace: Bool { identity != nil && files.databaseIdentity() == identity }
}
