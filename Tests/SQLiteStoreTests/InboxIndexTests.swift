import GRDB
import Orders
import Store
import Synchronization
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("The index of the inbox")
struct InboxIndexTests {
    @Test("Keeps a bounded number of records in memory, and after a restart only those not written yet")
    func bounded() throws {
        let folder = try TestFolder()
        let store = try folder.open()
        for start in stride(from: 0, to: 80_000, by: 400) {
            try store.commit(.with { $0.inbox = (start..<start + 400).map { StoreSamples.inbox($0) } })
            #expect(store.inboxIndex.withLock { $0.recent.count } <= InboxIndex.recentMax)
        }
        let recent = store.inboxIndex.withLock { $0.recent }
        #expect(store.totals.inboxIndexed > 0)
        #expect(Int64(recent.count) == store.totals.inboxID - store.totals.inboxIndexed)
        try store.close()
        #expect(try folder.open().inboxIndex.withLock { $0.recent } == recent)
    }

    @Test("Forgets what retention removes, in memory and in its table")
    func removal() throws {
        let folder = try TestFolder()
        let store = try folder.open()
        for start in stride(from: 0, to: 40_000, by: 500) {
            try store.commit(.with { $0.inbox = (start..<start + 500).map { StoreSamples.inbox($0) } })
        }
        let later = StoreSamples.start.advanced(bySeconds: 1)
        let reader = try SQLiteReader.open(path: folder.store)
        #expect(try store.removeExpired(inboxBefore: later, closedBefore: later, limit: 3000).inbox == 3000)
        #expect(try reader.consistencyProblems(limit: 10) == [])
        #expect(
            try store.removeExpired(inboxBefore: later, closedBefore: later, limit: 80_000).inbox == 37_000
        )
        #expect(try reader.consistencyProblems(limit: 10) == [])
        #expect(try reader.statistics().inbox == 0)
        #expect(store.inboxIndex.withLock { $0.recent.isEmpty })
        try store.commit(.with { $0.inbox = [StoreSamples.inbox(1), StoreSamples.inbox(39_999)] })
    }

    @Test("Two messages with one hash are told apart by their text")
    func collision() throws {
        let folder = try TestFolder()
        let store = try folder.open()
        try store.commit(.with { $0.inbox = [StoreSamples.inbox(1)] })
        // No pair of texts with one hash is known, so the stored hash of another message is bent.
        let other = StoreSamples.inbox(2)
        try store.queue.writeWithoutTransaction { database in
            try database.execute(sql: "INSERT INTO inbox_keys(hash, id) VALUES (\(other.key.hash), 1)")
            try store.inboxIndex.withLock { try $0.renewFilter(from: database, recordCount: 1) }
        }
        #expect(try store.inboxRecord(role: other.role, messageID: other.messageID) == nil)
        try store.commit(.with { $0.inbox = [other] })
        #expect(try store.inboxRecord(role: other.role, messageID: other.messageID) == other)
    }

    @Test("The hash of a key never changes: files hold it")
    func goldenHash() {
        #expect(InboxIndex.Key(role: "", messageID: "").hash == Int64(bitPattern: 0xaf64_724c_8602_eb6e))
        #expect(
            InboxIndex.Key(role: "COM", messageID: "a").hash
                != InboxIndex.Key(role: "CO", messageID: "Ma").hash
        )
    }
}
