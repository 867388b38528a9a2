import Broker
import Foundation
import GRDB
import Orders
import Store
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Files of older and newer programs")
struct MigrationTests {
    /// Copies `Databases/vN.sqlite` to where it may be changed.
    private func copy(version: Int) throws -> TestFolder {
        let folder = try TestFolder()
        let file = try #require(
            Bundle.module.url(forResource: "v\(version)", withExtension: "sqlite", subdirectory: "Databases")
        )
        try FileManager.default.copyItem(atPath: file.path, toPath: folder.store)
        return folder
    }

    @Test("A file of every version is there", arguments: 1...Schema.migrations.count)
    func everyVersion(version: Int) throws {
        let folder = try copy(version: version)
        let queue = try DatabaseQueue(path: folder.store)
        #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == version)
    }

    @Test("What a file of version 1 holds is read and goes on", arguments: 1...Schema.migrations.count)
    func olderFiles(version: Int) throws {
        let folder = try copy(version: version)
        let store = try folder.open()
        try expectSampleContent(store, version: version)
        let flows = try SQLiteReader.open(path: folder.store).flows(since: StoreSamples.start, limit: 9)
        #expect(flows == (version > 2 ? (1...3).reversed().flatMap { sampleGroup($0).flows } : []))
        try store.commit(
            .with {
                $0.confirmedOutbox = [1]
                $0.inbox = [StoreSamples.inbox(900)]
            }
        )
        try store.close()
        let reader = try SQLiteReader.open(path: folder.store)
        #expect(try reader.integrityProblems() == [])
        #expect(try reader.consistencyProblems(limit: 10) == [])
        #expect(try reader.statistics().outboxPending == 2)
    }

    @Test("The migrations make the very schema that the file of the newest version has")
    func sameSchema() throws {
        func schema(_ path: String) throws -> [String] {
            let queue = try DatabaseQueue(path: path)
            return try queue.read {
                try String.fetchAll(
                    $0,
                    sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"
                )
            }
        }
        let fresh = try TestFolder()
        try fresh.open().close()
        let recorded = try copy(version: Schema.migrations.count)
        #expect(try schema(fresh.store) == schema(recorded.store))
    }

    @Test("A newer schema is refused, by the store and by a reader, and left alone")
    func newer() throws {
        let folder = try TestFolder()
        try folder.open().close()
        try DatabaseQueue(path: folder.store).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        let error = #expect(throws: StoreError.self) { _ = try folder.open() }
        #expect(error?.code == .tooNew)
        #expect(error?.message.contains("schema 99") == true)
        let reading = #expect(throws: StoreError.self) { _ = try SQLiteReader.open(path: folder.store) }
        #expect(reading?.code == .tooNew)
        let version = try DatabaseQueue(path: folder.store).read {
            try Int.fetchOne($0, sql: "PRAGMA user_version")
        }
        #expect(version == 99)
    }

    @Test("Somebody else's database is refused and left alone")
    func foreign() throws {
        let folder = try TestFolder()
        try DatabaseQueue(path: folder.store).write { try $0.execute(sql: "CREATE TABLE theirs(a)") }
        let error = #expect(throws: StoreError.self) { _ = try folder.open() }
        let reading = #expect(throws: StoreError.self) { _ = try SQLiteReader.open(path: folder.store) }
        for refusal in [error, reading] {
            #expect(refusal?.code == .configuration)
            #expect(refusal?.message == "\(folder.store) is not a Waystation store")
        }
        let tables = try DatabaseQueue(path: folder.store).read {
            try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema")
        }
        #expect(tables == ["theirs"])
    }

    /// Writes the file of the newest version, once, when a migration has been added:
    /// `WAYSTATION_RECORD_STORE=Tests/SQLiteStoreTests/Databases/vN.sqlite swift test --filter recordNewestVersion`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["WAYSTATION_RECORD_STORE"] != nil))
    func recordNewestVersion() throws {
        let path = try #require(ProcessInfo.processInfo.environment["WAYSTATION_RECORD_STORE"])
        let folder = try TestFolder()
        let store = try folder.open()
        for number in 1...3 { try store.commit(sampleGroup(number)) }
        try store.saveCatalog(
            role: "COM",
            version: "2026.1",
            text: Array("catalog".utf8),
            at: StoreSamples.start
        )
        try store.close()
        try DatabaseQueue(path: folder.store).vacuum()
        try FileManager.default.copyItem(atPath: folder.store, toPath: path)
    }

    /// What a file of that version has of it.
    private func sampleGroup(_ number: Int, version: Int = Schema.migrations.count) -> HopGroup {
        var group = HopGroup.hop(number)
        if version > 4 {
            group.orders[0].instanceID = "process-\(number)"
            group.journal[0].sent = StoreSamples.sent(number)
        }
        if version > 5 {
            group.relations = [
                RelationRecord(orderRow: Int64(number), base: StoreSamples.orderID(number + 1))
            ]
        }
        if version > 6 { group.orders[0].updatesParked = number }
        let id = StoreSamples.orderID(number)
        group.snapshots = [SnapshotRecord(orderRow: Int64(number), sequence: 0, state: [UInt8(number)])]
        group.timersSet = [StoreSamples.timer(id: Int64(number), order: id, due: StoreSamples.start)]
        group.parked = [StoreSamples.parked(id: Int64(number), order: id, expiresAt: StoreSamples.start)]
        group.outbox[0].message.properties = StoreSamples.fullProperties
        group.failed = [StoreSamples.failed(id: Int64(number))]
        group.flows = [StoreSamples.flow(number, messages: number)]
        return group
    }

    private func expectSampleContent(_ store: SQLiteStore, version: Int) throws {
        for number in 1...3 {
            let group = sampleGroup(number, version: version)
            let stored = try #require(try store.load(StoreSamples.orderID(number)))
            #expect(stored.record == group.orders[0])
            #expect(stored.journal == group.journal)
            #expect(stored.snapshot == group.snapshots[0])
            #expect(try store.inboxRecord(role: "COM", messageID: group.inbox[0].messageID) == group.inbox[0])
            #expect(try store.outbox(after: Int64(number - 1), limit: 1) == group.outbox)
            #expect(try store.parked(for: StoreSamples.orderID(number), limit: 9) == group.parked)
        }
        #expect(try store.timers(dueBy: StoreSamples.start, limit: 9).count == 3)
        #expect(try store.catalog(role: "COM", version: "2026.1") == Array("catalog".utf8))
        var highWater = HighWater(orderRow: 3, outboxID: 3, timerID: 3, parkedID: 3)
        if version > 1 {
            highWater.failedID = 3
            #expect(try store.failedMessage(2) == StoreSamples.failed(id: 2))
        }
        #expect(try store.highWater() == highWater)
    }
}
