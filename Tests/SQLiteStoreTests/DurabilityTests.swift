import Foundation
import GRDB
import Store
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("A commit is on disk before it returns")
struct DurabilityTests {
    @Test("The writer is in WAL mode with synchronous FULL, a large cache and no memory map (A1)")
    func pragmas() throws {
        let folder = try TestFolder()
        let store = try folder.open()
        let pragmas = try store.queue.writeWithoutTransaction { database in
            try [
                "journal_mode", "synchronous", "cache_size", "mmap_size", "secure_delete",
                "journal_size_limit",
            ].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(pragmas == ["wal", "2", "-24576", "0", "0", "134217728"])
    }

    @Test("GRDB's own WAL mode is not durable, and that is refused")
    func normalIsRefused() throws {
        let folder = try TestFolder()
        var configuration = Configuration()
        configuration.journalMode = .wal
        let queue = try DatabaseQueue(path: folder.store, configuration: configuration)
        let error = #expect(throws: StoreError.self) {
            try queue.writeWithoutTransaction { try Connection.verifyDurability($0) }
        }
        #expect(error?.code == .notDurable)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try Connection.verifyDurability(database)
        }
    }

    @Test("A file system on which WAL is impossible is refused at the start")
    func noSharedMemory() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("no-shared-memory", hidesSharedMemory: true)
        let error = #expect(throws: StoreError.self) { _ = try folder.open(disk.options) }
        #expect(error?.code == .notDurable)
        #expect(error?.isRetryable == false)
    }

    @Test("One commit is one sync of the log and none of the file, whatever the group holds")
    func oneSync() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("one-sync")
        let store = try folder.open(disk.options)
        // The first commit after the log was begun syncs its header, too.
        try store.commit(.hop(1))
        for number in 2...40 {
            let before = disk.counts
            try store.commit(.hop(number, bytes: number * 200))
            let after = disk.counts
            #expect(after.logSyncs - before.logSyncs == 1)
            #expect(after.databaseSyncs == before.databaseSyncs)
            #expect(after.databaseWrites == before.databaseWrites)
            #expect(after.otherWrites == before.otherWrites)
            #expect(after.logWrites > before.logWrites)
            #expect(after.unsyncedLogWrites == 0)
        }
        try store.close()
    }

    @Test("Reading and an empty group cost no write and no sync")
    func readingIsFree() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("reading-is-free")
        let store = try folder.open(disk.options)
        try store.commit(.hop(1))
        let before = disk.counts
        try store.commit(HopGroup())
        _ = try store.load(StoreSamples.orderID(1))
        _ = try store.timers(dueBy: StoreSamples.start, limit: 1)
        _ = try store.removeExpired(
            inboxBefore: StoreSamples.start,
            closedBefore: StoreSamples.start,
            limit: 10
        )
        try store.checkpoint()
        #expect(disk.counts == before)
        try store.close()
    }

    @Test("A long log is moved into the file after a commit, and then starts anew")
    func automaticCheckpoint() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("automatic-checkpoint")
        var options = disk.options
        options.checkpointPages = 40
        let store = try folder.open(options)
        for number in 1...200 { try store.commit(.hop(number, bytes: 4000)) }
        #expect(disk.counts.databaseSyncs > 3)
        let log = try FileManager.default.attributesOfItem(atPath: folder.store + "-wal")[.size] as? Int
        #expect(try #require(log) < 100 * 4200)
        #expect(try wholeHops(store, bytes: 4000) == 200)
        try store.close()
    }

    @Test("A quiet moment moves the log only when there is something to gain")
    func quietCheckpoint() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("quiet-checkpoint")
        var options = disk.options
        options.checkpointPages = 400
        let store = try folder.open(options)
        let opened = disk.counts
        try store.commit(.hop(1))
        try store.checkpoint()
        #expect(disk.counts.databaseSyncs == opened.databaseSyncs)
        for number in 2...40 { try store.commit(.hop(number, bytes: 4000)) }
        try store.checkpoint()
        let moved = disk.counts
        #expect(moved.databaseSyncs == opened.databaseSyncs + 1)
        try store.checkpoint()
        #expect(disk.counts == moved)
        try store.close()
    }

    @Test("A cancelled task does not undo a commit")
    func cancelledTask() async throws {
        let folder = try TestFolder()
        let path = folder.store
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(Task.isCancelled)
            let store = try SQLiteStore.open(path: path, clock: ManualClock())
            try store.commit(.hop(1))
            let count = try wholeHops(store)
            try store.close()
            return count
        }
        #expect(try await task.value == 1)
        #expect(try wholeHops(folder.open()) == 1)
    }
}
