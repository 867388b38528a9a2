internal import GRDB
internal import Store

/// The tables of the store, as migrations that are only ever added to.
enum Schema {
    /// "WAYS": tells our files from others.
    static let applicationID: Int64 = 0x5741_5953

    /// The statements that lead from one version to the next; version n is what the first n of them make.
    ///
    /// A released entry is never changed: `Tests/SQLiteStoreTests/Databases` holds a file of every version.
    static let migrations = [version1, version2, version3, version4, version5, version6, version7, version8]

    /// * Everything that is written with every hop is appended: rowids rise, and no secondary index with random keys is
    ///   touched. A page that changes costs two writes to the log and later one to the file, more than the row itself.
    /// * `inbox_keys` is the index of `inbox`, filled in bulk up to `totals.inbox_indexed`: see ``InboxIndex``.
    /// * `totals` is one row: high-water marks, so that identifiers are never used twice, and counts, so that asking for
    ///   them reads no table.
    /// * Bodies stand last in their rows: what comes before them is read without them.
    private static let version1 = """
        CREATE TABLE orders(
            row INTEGER PRIMARY KEY,
            role TEXT NOT NULL,
            key TEXT NOT NULL,
            revision INTEGER NOT NULL,
            lifecycle TEXT NOT NULL,
            status TEXT NOT NULL,
            priority INTEGER NOT NULL,
            components_total INTEGER NOT NULL,
            components_completed INTEGER NOT NULL,
            components_failed INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            catalog_version TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            closed_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX orders_by_key ON orders(key, role);
        CREATE INDEX orders_by_lifecycle ON orders(lifecycle, closed_at);

        CREATE TABLE journal(
            id INTEGER PRIMARY KEY,
            order_row INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            at INTEGER NOT NULL,
            cause TEXT NOT NULL,
            message_id TEXT,
            queue TEXT,
            events BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX journal_by_order ON journal(order_row, sequence);

        CREATE TABLE snapshots(
            order_row INTEGER PRIMARY KEY,
            sequence INTEGER NOT NULL,
            state BLOB NOT NULL
        ) STRICT;

        CREATE TABLE inbox(
            id INTEGER PRIMARY KEY,
            hash INTEGER NOT NULL,
            role TEXT NOT NULL,
            message_id TEXT NOT NULL,
            body_digest INTEGER NOT NULL,
            order_key TEXT,
            received_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE inbox_keys(
            hash INTEGER NOT NULL,
            id INTEGER NOT NULL,
            PRIMARY KEY (hash, id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE outbox(
            id INTEGER PRIMARY KEY,
            role TEXT,
            key TEXT,
            created_at INTEGER NOT NULL,
            exchange TEXT NOT NULL,
            routing_key TEXT NOT NULL,
            properties BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT;

        CREATE TABLE timers(
            id INTEGER PRIMARY KEY,
            role TEXT NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL,
            component TEXT,
            due INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX timers_by_due ON timers(due);

        CREATE TABLE parked(
            id INTEGER PRIMARY KEY,
            role TEXT NOT NULL,
            key TEXT NOT NULL,
            queue TEXT NOT NULL,
            message_id TEXT NOT NULL,
            reason TEXT NOT NULL,
            parked_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            properties BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX parked_by_order ON parked(key, role);
        CREATE INDEX parked_by_expiry ON parked(expires_at);

        CREATE TABLE counters(
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE catalogs(
            role TEXT NOT NULL,
            version TEXT NOT NULL,
            saved_at INTEGER NOT NULL,
            text BLOB NOT NULL,
            PRIMARY KEY (role, version)
        ) STRICT;

        CREATE TABLE totals(
            id INTEGER PRIMARY KEY CHECK (id = 1),
            order_row INTEGER NOT NULL,
            outbox_id INTEGER NOT NULL,
            timer_id INTEGER NOT NULL,
            parked_id INTEGER NOT NULL,
            inbox_id INTEGER NOT NULL,
            inbox_indexed INTEGER NOT NULL,
            order_count INTEGER NOT NULL,
            outbox_count INTEGER NOT NULL,
            timer_count INTEGER NOT NULL,
            parked_count INTEGER NOT NULL,
            inbox_count INTEGER NOT NULL
        ) STRICT;
        INSERT INTO totals VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        """

    /// Failed messages are kept to be tried again.
    ///
    /// Few wait for a decision, whatever has become of the others.
    private static let version2 = """
        CREATE TABLE failed(
            id INTEGER PRIMARY KEY,
            role TEXT NOT NULL,
            queue TEXT NOT NULL,
            message_id TEXT NOT NULL,
            body_digest INTEGER NOT NULL,
            body_bytes INTEGER NOT NULL,
            order_key TEXT,
            state TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            code TEXT NOT NULL,
            text TEXT NOT NULL,
            failed_at INTEGER NOT NULL,
            in_inbox INTEGER NOT NULL,
            decided_by TEXT,
            decided_at INTEGER,
            decided_reason TEXT,
            decided_message_id TEXT,
            properties BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX failed_by_message ON failed(message_id, role);
        CREATE INDEX failed_by_state ON failed(state);
        CREATE INDEX failed_by_time ON failed(failed_at);

        ALTER TABLE totals ADD COLUMN failed_id INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE totals ADD COLUMN failed_count INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE totals ADD COLUMN failed_bytes INTEGER NOT NULL DEFAULT 0;
        """

    /// What flows of messages did, minute by minute; an empty code stands for those that went well.
    private static let version3 = """
        CREATE TABLE flows(
            minute INTEGER NOT NULL,
            role TEXT NOT NULL,
            kind TEXT NOT NULL,
            code TEXT NOT NULL,
            counted_since INTEGER NOT NULL,
            messages INTEGER NOT NULL,
            durations BLOB NOT NULL,
            PRIMARY KEY (minute, role, kind, code, counted_since)
        ) STRICT, WITHOUT ROWID;
        """

    /// Of orders that people deleted it is kept who did, when and why.
    private static let version4 = """
        CREATE TABLE deletions(
            id INTEGER PRIMARY KEY,
            role TEXT NOT NULL,
            key TEXT NOT NULL,
            order_row INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            lifecycle TEXT NOT NULL,
            status TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            deleted_at INTEGER NOT NULL,
            deleted_by TEXT NOT NULL,
            reason TEXT NOT NULL,
            message_id TEXT NOT NULL
        ) STRICT;
        CREATE INDEX deletions_by_key ON deletions(key, role);
        CREATE INDEX deletions_by_time ON deletions(deleted_at);
        """

    /// What went out is remembered with the hop that owed it, and orders are found by their business process: the columns
    /// stand in rows that are written anyhow, and have no index.
    private static let version5 = """
        ALTER TABLE orders ADD COLUMN instance_id TEXT;
        ALTER TABLE journal ADD COLUMN sent TEXT;
        """

    /// Which orders follow which, so that retention need not read them: a row is written once, when an order asks for the
    /// one that it follows.
    private static let version6 = """
        CREATE TABLE relations(
            order_row INTEGER NOT NULL,
            base TEXT NOT NULL,
            base_role TEXT NOT NULL,
            PRIMARY KEY (order_row, base, base_role)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX relations_by_base ON relations(base, base_role);
        """

    /// Orders within which updates are parked are found by a column of rows that are written anyhow.
    private static let version7 = """
        ALTER TABLE orders ADD COLUMN updates_parked INTEGER;
        """

    /// Timers of an order that goes are found without reading all others: most orders have none, and those that have one
    /// set it anew a few times in their lives.
    private static let version8 = """
        CREATE INDEX timers_by_order ON timers(key, role);
        """

    /// What a file says it is.
    enum Identity: Equatable {
        case empty
        case version(Int)
        case foreign
    }

    static func identity(of database: Database) throws -> Identity {
        let application = try database.integer("PRAGMA application_id")
        let version = try database.integer("PRAGMA user_version")
        if application == applicationID { return .version(Int(version)) }
        let tables = try database.integer("SELECT COUNT(*) FROM sqlite_schema")
        return application == 0 && version == 0 && tables == 0 ? .empty : .foreign
    }

    /// Brings the file to the newest version, one transaction a step.
    static func migrate(_ database: Database) throws {
        var version: Int
        switch try identity(of: database) {
        case .empty: version = 0
        case .version(let found): version = found
        case .foreign: throw NotAStore()
        }
        try refuseNewer(version)
        while version < migrations.count {
            try database.inTransaction(.immediate) {
                try database.execute(sql: migrations[version])
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(version + 1)")
                return .commit
            }
            version += 1
        }
    }

    /// Checks a file that is only read.
    static func requireCurrent(_ database: Database) throws {
        switch try identity(of: database) {
        case .foreign: throw NotAStore()
        case .empty:
            throw StoreError(
                .unreachable,
                "there is no store in the file yet",
                remedy: "Start the worker once; it makes the store."
            )
        case .version(let version):
            try refuseNewer(version)
            guard version == migrations.count else {
                throw StoreError(
                    .configuration,
                    "the store has schema \(version), this program reads schema \(migrations.count)",
                    remedy: "Start the worker of this version once; it brings the store up to date."
                )
            }
        }
    }

    private static func refuseNewer(_ version: Int) throws(StoreError) {
        guard version <= migrations.count else {
            throw StoreError(
                .tooNew,
                "the store has schema \(version), this program knows schemas up to \(migrations.count)",
                remedy: "Run the newer program that wrote it, or restore a copy from before the upgrade."
            )
        }
    }

    /// The file is a database of another program.
    struct NotAStore: Error {}
}

extension Database {
    /// The integer in the first column of the first row, 0 when there is none.
    func integer(_ sql: String) throws -> Int64 {
        var statement = try PreparedStatement(sql, in: self)
        return try statement.first { $0.integer(0) } ?? 0
    }

    /// The text in the first column of the first row, empty when there is none.
    func text(_ sql: String) throws -> String {
        var statement = try PreparedStatement(sql, in: self)
        return try statement.first { $0.text(0) } ?? ""
    }
}
