import Broker
import GRDB
import Glibc

/// A consumer's presence in the broker's file: what it has claimed is its own as long as it lives.
struct Session {
    let id: Int64
    private let lock: SessionLock

    /// Enters the file, and first returns what the dead have left.
    static func open(name: String, in storage: Storage) throws(BrokerError) -> Session {
        try returnClaimsOfTheDead(in: storage)
        // The lock is taken before the row can be seen, so no other process takes the session for dead.
        var lock: SessionLock?
        let id = try storage.transaction { transaction in
            try transaction.run("INSERT INTO session (name) VALUES (?)", [name])
            let id = transaction.database.lastInsertedRowID
            lock = try SessionLock(path: storage.files.session(id))
            return id
        }
        guard let lock else { preconditionFailure("a committed session holds its lock") }
        return Session(id: id, lock: lock)
    }

    /// Leaves: gives back what is claimed and still unsettled.
    func close(in storage: Storage) throws(BrokerError) {
        try storage.transaction { transaction in try transaction.end(session: id) }
        unlink(storage.files.session(id))
    }

    /// Looks for sessions whose process has ended without leaving, and ends them.
    ///
    /// Returns whether there were any.
    @discardableResult
    static func returnClaimsOfTheDead(in storage: Storage) throws(BrokerError) -> Bool {
        let known = try storage.read { transaction in
            try Int64.fetchAll(transaction.statement("SELECT id FROM session", []))
        }
        let dead = known.filter { SessionLock.isAbandoned(path: storage.files.session($0)) }
        guard !dead.isEmpty else { return false }
        try storage.transaction { transaction in
            for session in dead { try transaction.end(session: session) }
        }
        for session in dead { unlink(storage.files.session(session)) }
        return true
    }
}

extension BrokerTransaction {
    /// Makes sure that nobody has taken this session for dead and handed its messages to others.
    func requireSession(_ session: Int64) throws {
        guard try Bool.fetchOne(statement("SELECT 1 FROM session WHERE id = ?", [session])) ?? false else {
            throw BrokerError(
                .storage,
                "a consumer's session in \(folder) was ended by another process",
                remedy: "Leave the folder's session files alone; the consumer enters again by itself."
            )
        }
    }

    fileprivate func end(session: Int64) throws {
        try returnClaims(session: session)
        try run("DELETE FROM session WHERE id = ?", [session])
    }
}
