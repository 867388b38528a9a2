internal import GRDB
internal import Orders
internal import Store

/// Finds an inbox record by its key.
///
/// Message ids arrive in no order, so that an index on them changes a page of its own for almost every message, which
/// costs more than the rest of the hop's rows. The newest records are therefore kept in memory, and their entries in
/// `inbox_keys` are written many at a time and sorted. `totals.inbox_indexed` says how far; after a restart the
/// records behind it are read again. The index is on a 64-bit hash of the key; the text decides.
struct InboxIndex {
    /// Records kept in memory at most before they are written to `inbox_keys`.
    ///
    /// So many at a time share the pages of the index, also of one with millions of entries.
    static let recentMax = 32_768

    struct Key: Hashable {
        let role: RoleName
        let messageID: MessageID
        /// FNV-1a of both; stored in files, so never changed.
        let hash: Int64

        init(role: RoleName, messageID: MessageID) {
            self.role = role
            self.messageID = messageID
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            Self.mix(role.rawValue, into: &hash)
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
            Self.mix(messageID.rawValue, into: &hash)
            self.hash = Int64(bitPattern: hash)
        }

        private static func mix(_ text: String, into hash: inout UInt64) {
            let mixed = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
                unsafe bytes.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            }
            hash = mixed ?? text.utf8.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }

        // Exactly, byte by byte, like the tables: Swift's own comparison takes differently composed letters as equal.
        static func == (left: Key, right: Key) -> Bool {
            left.hash == right.hash
                && left.messageID.rawValue.utf8.elementsEqual(right.messageID.rawValue.utf8)
                && left.role.rawValue.utf8.elementsEqual(right.role.rawValue.utf8)
        }

        func hash(into hasher: inout Hasher) { hasher.combine(hash) }
    }

    private(set) var recent: [Key: InboxRecord] = [:]
    private var filter: InboxFilter

    /// Reads what is not in `inbox_keys` yet, and which hashes are.
    init(_ database: Database, after indexed: Int64, recordCount: Int64) throws {
        filter = try Self.filter(of: database, recordCount: Int(clamping: recordCount))
        var statement = try PreparedStatement(
            """
            SELECT role, message_id, body_digest, order_key, received_at FROM inbox WHERE id > ? ORDER BY id
            """,
            in: database
        )
        try statement.bind(indexed)
        add(try statement.all(InboxRecord.init(row:)))
    }

    /// Room for as many again.
    private static func filter(of database: Database, recordCount: Int) throws -> InboxFilter {
        var filter = InboxFilter(capacity: max(recentMax * 16, recordCount * 2))
        var statement = try PreparedStatement("SELECT hash FROM inbox_keys", in: database)
        defer { statement.reset() }
        while let hash = try statement.next({ $0.integer(0) }) { filter.insert(hash) }
        return filter
    }

    func record(_ key: Key, in database: Database) throws -> InboxRecord? {
        if let record = recent[key] { return record }
        return isPerhapsWritten(key) ? try Self.written(key, in: database) : nil
    }

    /// Whether a key may have its entry in `inbox_keys`; mostly it has not.
    func isPerhapsWritten(_ key: Key) -> Bool { filter.mayContain(key.hash) }

    /// A record whose entry in `inbox_keys` has been written.
    static func written(_ key: Key, in database: Database) throws -> InboxRecord? {
        var statement = try PreparedStatement(
            """
            SELECT role, message_id, body_digest, order_key, received_at FROM inbox_keys JOIN inbox USING (id)
            WHERE inbox_keys.hash = ? AND message_id = ? AND role = ?
            """,
            in: database
        )
        try statement.bind(key.hash)
        try statement.bind(key.messageID.rawValue)
        try statement.bind(key.role.rawValue)
        return try statement.first(InboxRecord.init(row:))
    }

    /// Called once the records are committed.
    mutating func add(_ records: [InboxRecord]) {
        for record in records { recent[record.key] = record }
    }

    /// Called once the removal is committed.
    mutating func remove(_ keys: [Key]) {
        for key in keys { recent[key] = nil }
    }

    /// Called once ``writeKeys(_:after:through:)`` is committed.
    mutating func forgetRecent() {
        for key in recent.keys { filter.insert(key.hash) }
        recent.removeAll(keepingCapacity: true)
    }

    /// The filter holds more than it can tell apart, what was removed among it.
    var needsFilter: Bool { filter.isFull }

    /// Makes the filter anew from what is in `inbox_keys`.
    mutating func renewFilter(from database: Database, recordCount: Int64) throws {
        filter = try Self.filter(of: database, recordCount: Int(clamping: recordCount))
    }

    /// Writes the entries of the records behind `indexed`, sorted, so that each page is changed once.
    static func writeKeys(_ database: Database, after indexed: Int64, through last: Int64) throws {
        var statement = try PreparedStatement(
            "INSERT INTO inbox_keys(hash, id) SELECT hash, id FROM inbox WHERE id > ? AND id <= ? ORDER BY hash, id",
            in: database
        )
        try statement.bind(indexed)
        try statement.bind(last)
        try statement.run()
    }
}

extension InboxRecord {
    /// From role, message_id, body_digest, order_key, received_at.
    init(row: Columns) {
        self.init(
            role: RoleName(row.text(0)),
            messageID: MessageID(row.text(1)),
            bodyDigest: row.integer(2),
            orderKey: row.optionalText(3).map { OrderKey($0) },
            receivedAt: Timestamp(milliseconds: row.integer(4))
        )
    }

    var key: InboxIndex.Key { InboxIndex.Key(role: role, messageID: messageID) }
}
