import Foundation
import Orders
import SQLiteStore
import Store
import Synchronization
import TestSupport
import Testing

@Suite("Readers beside the writer")
struct ReaderTests {
    @Test(
        "Two readers on threads of their own see only whole groups while a writer commits and moves its log"
    )
    func twoReaders() async throws {
        let folder = try TestFolder()
        var options = SQLiteStoreOptions(roles: ["COM"])
        options.checkpointPages = 100
        let store = try folder.open(options)
        try store.commit(.hop(1, bytes: 2000))
        let progress = Progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...2 {
                let reader = try SQLiteReader.open(path: folder.store)
                group.addTask {
                    var last = 0
                    while !progress.isOver.load(ordering: .acquiring) {
                        let statistics = try reader.statistics()
                        let hops = Int(statistics.counters["hops"] ?? 0)
                        #expect(hops >= last)
                        #expect(statistics.outboxPending == hops && statistics.inbox == hops)
                        #expect(statistics.ordersByLifecycle == [.inProgress: hops])
                        let history = try #require(try reader.history(StoreSamples.orderID(hops)))
                        #expect(history.journal == [StoreSamples.journal(row: Int64(hops), sequence: 1)])
                        #expect(try reader.outbox(after: Int64(hops) - 1, limit: 1).first?.id == Int64(hops))
                        last = hops
                        progress.readings.add(1, ordering: .relaxed)
                        await Task.yield()
                    }
                }
            }
            var number = 1
            while progress.readings.load(ordering: .relaxed) < 200 || number < 400 {
                number += 1
                try store.commit(.hop(number, bytes: 2000))
                guard number < 100_000 else { break }
                await Task.yield()
            }
            progress.isOver.store(true, ordering: .releasing)
            try await group.waitForAll()
        }
        #expect(progress.readings.load(ordering: .relaxed) >= 200)
        let reader = try SQLiteReader.open(path: folder.store)
        #expect(try reader.consistencyProblems(limit: 5) == [])
        try store.close()
    }

    @Test("A reader writes nothing to the file or its log, not even when it closes last")
    func readsOnly() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("reads-only")
        let store = try folder.open()
        for number in 1...20 { try store.commit(.hop(number)) }
        do {
            let reader = try SQLiteReader.open(path: folder.store, fileSystem: disk.name)
            #expect(try reader.statistics().inbox == 20)
            #expect(try reader.integrityProblems() == [])
            try store.close()
            #expect(try reader.orders(matching: OrderFilter()).count == 20)
        }
        let counts = disk.counts
        #expect(counts.databaseWrites == 0 && counts.databaseSyncs == 0)
        #expect(counts.logWrites == 0 && counts.logSyncs == 0)
        #expect(try wholeHops(folder.open()) == 20)
    }

    @Test("A reader reads what a killed worker left in its log, without moving it")
    func afterAKill() throws {
        let folder = try TestFolder()
        let store = try folder.open()
        for number in 1...5 { try store.commit(.hop(number)) }
        let copy = try folder.copy()
        try store.close()
        let log = try Data(contentsOf: URL(fileURLWithPath: copy.store + "-wal"))
        do {
            let reader = try SQLiteReader.open(path: copy.store)
            #expect(try reader.statistics().counters == ["hops": 5])
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy.store + "-wal")) == log)
        #expect(try wholeHops(copy.open()) == 5)
    }

    @Test("A reader in another process sees each commit")
    func anotherProcess() async throws {
        let folder = try TestFolder()
        let store = try folder.open()
        try store.commit(.hop(1))
        await #expect(processExitsWith: .success) { [path = folder.store as String] in
            let reader = try SQLiteReader.open(path: path)
            #expect(try reader.statistics().counters == ["hops": 1])
            #expect(try reader.history(StoreSamples.orderID(1)) != nil)
        }
        try store.commit(.hop(2))
        try store.close()
    }

    @Test("A damaged page is found by the check of the file")
    func damage() throws {
        let folder = try TestFolder()
        let store = try folder.open()
        for number in 1...200 { try store.commit(.hop(number)) }
        try store.close()
        let handle = try #require(FileHandle(forUpdatingAtPath: folder.store))
        // Pages of rows: behind those that an empty store has, which a reader needs to open it.
        for page in 40..<80 {
            try handle.seek(toOffset: UInt64(page * 4096 + 100))
            try handle.write(contentsOf: Data(repeating: 0xff, count: 300))
        }
        try handle.close()
        let reader = try SQLiteReader.open(path: folder.store)
        var problems: [String] = []
        do { problems = try reader.integrityProblems() } catch { problems = [error.message] }
        #expect(!problems.isEmpty)
    }
}

/// What the threads of one test tell each other.
private final class Progress: Sendable {
    let isOver = Atomic(false)
    let readings = Atomic(0)
}
