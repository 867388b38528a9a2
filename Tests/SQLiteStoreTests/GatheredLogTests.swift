import CLogVFS
import CTestVFS
import GRDB
import SQLiteStore
import Testing

@Suite("What is written to the log is gathered")
struct GatheredLogTests {
    /// A database on a disk of its own, over which the log is gathered.
    private func open(_ path: String, on disk: TestDisk, _ pragmas: String = "") throws -> DatabaseQueue {
        let name = try #require(disk.name.withCString { log_vfs_over($0) }.map { String(cString: $0) })
        let queue = try DatabaseQueue(path: "file:\(path)?vfs=\(name)")
        try queue.writeWithoutTransaction { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: pragmas)
            try database.execute(sql: "CREATE TABLE IF NOT EXISTS rows(id INTEGER PRIMARY KEY, bytes BLOB)")
        }
        return queue
    }

    private func insert(_ count: Int, bytes: Int, into database: Database) throws {
        for _ in 0..<count {
            try database.execute(sql: "INSERT INTO rows(bytes) VALUES (randomblob(?))", arguments: [bytes])
        }
    }

    /// What another connection, over the usual file system, finds.
    private func count(_ path: String) throws -> Int? {
        try DatabaseQueue(path: path).read { database in
            #expect(try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok")
            return try Int.fetchOne(database, sql: "SELECT count(*) FROM rows")
        }
    }

    @Test("A commit is a write or two to the log, and one more for every hundred kibibytes")
    func writes() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("gathered-writes")
        let store = try folder.open(disk.options)
        try store.commit(.hop(1))
        for (number, bytes) in [(2, 500), (3, 100_000), (4, 1_000_000)] {
            let before = disk.counts
            try store.commit(.hop(number, bytes: bytes))
            let writes = disk.counts.logWrites - before.logWrites
            #expect(writes >= 1 && writes <= 2 + bytes / (100 << 10))
        }
        try store.close()
    }

    @Test("Others see a commit as soon as it has returned, also where nothing is synced")
    func visible() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("gathered-visible")
        let queue = try open(folder.store, on: disk, "PRAGMA synchronous = OFF")
        for round in 1...20 {
            try queue.write { try insert(round, bytes: 3_000, into: $0) }
            #expect(try count(folder.store) == round * (round + 1) / 2)
        }
        try queue.close()
    }

    @Test("Pages that leave memory before their commit are read back; taken back, they are overwritten")
    func spilled() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("gathered-spilled")
        let queue = try open(folder.store, on: disk, "PRAGMA synchronous = FULL; PRAGMA cache_size = 10")
        struct TakenBack: Error {}
        for _ in 1...3 {
            try queue.write { database in
                try insert(200, bytes: 2_000, into: database)
                try database.execute(sql: "UPDATE rows SET bytes = zeroblob(3000) WHERE id % 3 = 0")
                try insert(100, bytes: 9_000, into: database)
            }
            #expect(throws: TakenBack.self) {
                try queue.write { database in
                    try database.execute(sql: "DELETE FROM rows WHERE id % 2 = 0")
                    try insert(150, bytes: 4_000, into: database)
                    throw TakenBack()
                }
            }
        }
        #expect(try count(folder.store) == 900)
        try queue.close()
        #expect(try count(folder.store) == 900)
    }

    @Test("A write that fails fails its commit; the next one starts over", arguments: 1...3)
    func failedWrite(nth: Int64) throws {
        let folder = try TestFolder()
        let disk = try TestDisk("gathered-failed-\(nth)")
        let queue = try open(folder.store, on: disk, "PRAGMA synchronous = FULL")
        try queue.write { try insert(1, bytes: 100, into: $0) }
        test_vfs_fail_write(disk.disk, TEST_VFS_LOG, nth)
        #expect(throws: DatabaseError.self) {
            try queue.write { try insert(1_000, bytes: 1_000, into: $0) }
        }
        #expect(try count(folder.store) == 1)
        try queue.write { try insert(1_000, bytes: 1_000, into: $0) }
        #expect(try count(folder.store) == 1_001)
        try queue.close()
    }
}
