import CTestVFS
import Foundation
import Orders
import SQLiteStore
import Store
import TestSupport

/// A folder of one test, removed with everything in it when the test is over.
final class TestFolder {
    let path: String

    init() throws {
        let template = FileManager.default.temporaryDirectory.appendingPathComponent(
            "waystation-store-XXXXXX"
        ).path
        var bytes = Array(template.utf8CString)
        guard mkdtemp(&bytes) != nil else { throw POSIXError(.EIO) }
        path = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // What cannot be removed is the system's to clear away; it breaks no test.
        try? FileManager.default.removeItem(atPath: path)
    }

    var store: String { path + "/station.sqlite" }

    func open(
        _ options: SQLiteStoreOptions = SQLiteStoreOptions(roles: ["COM", "SOM"])
    ) throws -> SQLiteStore {
        try SQLiteStore.open(path: store, options: options, clock: ManualClock())
    }

    /// A copy of the files as they are now, as a power cut would leave them.
    func copy() throws -> TestFolder {
        let copy = try TestFolder()
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: store + suffix) {
            try FileManager.default.copyItem(atPath: store + suffix, toPath: copy.store + suffix)
        }
        return copy
    }
}

/// A disk that counts and fails on demand; registered with SQLite under a name of its own.
final class TestDisk {
    let name: String
    let disk: OpaquePointer

    /// `name` must be the test's alone.
    init(_ name: String, hidesSharedMemory: Bool = false) throws {
        guard let disk = test_vfs_register(name, hidesSharedMemory ? 1 : 0) else { throw POSIXError(.ENOMEM) }
        self.name = name
        self.disk = disk
    }

    deinit { test_vfs_unregister(disk) }

    var options: SQLiteStoreOptions { SQLiteStoreOptions(roles: ["COM"], fileSystem: name) }

    struct Counts: Equatable {
        var databaseWrites: Int64
        var databaseSyncs: Int64
        var logWrites: Int64
        var logSyncs: Int64
        var unsyncedLogWrites: Int64
        var otherWrites: Int64
    }

    var counts: Counts {
        let counts = test_vfs_read_counts(disk)
        return Counts(
            databaseWrites: counts.writes.0,
            databaseSyncs: counts.syncs.0,
            logWrites: counts.writes.1,
            logSyncs: counts.syncs.1,
            unsyncedLogWrites: counts.unsynced_writes.1,
            otherWrites: counts.writes.2
        )
    }
}

extension HopGroup {
    /// One hop of a new order, whose numbers are all `number`.
    static func hop(_ number: Int, bytes: Int = 500) -> HopGroup {
        let id = StoreSamples.orderID(number)
        return .with {
            $0.inbox = [StoreSamples.inbox(number, key: id.key)]
            $0.orders = [StoreSamples.order(row: Int64(number), id: id)]
            $0.journal = [StoreSamples.journal(row: Int64(number), sequence: 1)]
            $0.outbox = [StoreSamples.outbox(id: Int64(number), order: id, bytes: bytes)]
            $0.counters = ["hops": 1]
        }
    }
}

/// How many hops, from 1 on, a store holds; throws unless each is there as a whole and none besides.
func wholeHops(_ store: SQLiteStore, bytes: Int = 500) throws -> Int {
    let count = Int(try store.highWater().outboxID)
    let outbox = try store.outbox(after: 0, limit: count + 10)
    guard outbox.count == count else { throw PartOfAGroup(what: "\(outbox.count) messages of \(count)") }
    for number in 0..<count + 3 {
        let group = HopGroup.hop(number, bytes: bytes)
        let isThere = number >= 1 && number <= count
        let stored = try store.load(group.orders[0].id)
        guard stored?.record == (isThere ? group.orders[0] : nil),
            stored?.journal ?? [] == (isThere ? group.journal : []),
            try store.inboxRecord(role: "COM", messageID: group.inbox[0].messageID)
                == (isThere ? group.inbox[0] : nil),
            !isThere || outbox[number - 1] == group.outbox[0]
        else { throw PartOfAGroup(what: "hop \(number) of \(count)") }
    }
    return count
}

struct PartOfAGroup: Error {
    var what: String
}
