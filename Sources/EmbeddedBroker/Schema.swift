import Broker
import GRDB

/// The tables of the broker's file.
///
/// A message routed to several queues is several rows. `claim` says who holds a message: a row with a session
/// is in that session's hands, a row without one was handed out before and has come back, no row is fresh. It
/// stands apart from `message` so that claiming never rewrites a body.
enum Schema {
    /// "wayb", so that `file` and other programs do not take it for something else.
    static let applicationID = 0x7761_7962
    static let version = 1

    static let statements = """
        CREATE TABLE exchange (
            name TEXT NOT NULL PRIMARY KEY,
            type TEXT NOT NULL,
            durable INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE queue (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            durable INTEGER NOT NULL,
            dead_letter_exchange TEXT,
            dead_letter_key TEXT,
            arguments BLOB NOT NULL
        ) STRICT;
        CREATE TABLE binding (
            exchange TEXT NOT NULL,
            routing_key TEXT NOT NULL,
            queue INTEGER NOT NULL,
            PRIMARY KEY (exchange, routing_key, queue)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            queue INTEGER NOT NULL,
            exchange TEXT NOT NULL,
            routing_key TEXT NOT NULL,
            properties BLOB NOT NULL,
            body BLOB
        ) STRICT;
        CREATE INDEX message_in_queue ON message (queue);
        CREATE TABLE session (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL
        ) STRICT;
        CREATE TABLE claim (
            message INTEGER PRIMARY KEY,
            session INTEGER
        ) STRICT;
        INSERT INTO exchange (name, type, durable) VALUES
            ('amq.direct', 'direct', 1), ('amq.fanout', 'fanout', 1),
            ('amq.topic', 'topic', 1), ('amq.headers', 'headers', 1);
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    /// Creates the tables in an empty file and refuses a file that is not ours.
    ///
    /// Inside a transaction.
    static func prepare(_ database: Database, folder: String) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let owner = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        if found == 0, owner == 0, try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        {
            try database.execute(sql: statements)
            return
        }
        guard owner == applicationID else {
            throw BrokerError(
                .storage,
                "\(StorageFiles.databaseName) in \(folder) is not an embedded broker's file",
                remedy: "Choose another folder for the embedded broker.",
                isRetryable: false
            )
        }
        guard found == version else {
            throw BrokerError(
                .storage,
                "the embedded broker in \(folder) has format \(found), this program knows \(version)",
                remedy: "Use the program that wrote it, or empty its queues with it first.",
                isRetryable: false
            )
        }
    }
}
