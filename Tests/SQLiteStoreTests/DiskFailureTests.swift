import CTestVFS
import Foundation
import SQLiteStore
import Store
import TestSupport
import Testing

@Suite("When the disk fails")
struct DiskFailureTests {
    @Test("A failed sync stops the store: the commit may have happened, and nothing is done any more")
    func failedSync() throws {
        let folder = try TestFolder()
        let disk = try TestDisk("failed-sync")
        let store = try folder.open(disk.options)
        try store.commit(.hop(1))
        test_vfs_fail_sync(disk.disk, TEST_VFS_LOG, 1)
        let error = #expect(throws: StoreError.self) { try store.commit(.hop(2)) }
        #expect(error?.code == .inputOutput)
        #expect(error?.isRetryable == false)
        #expect(error?.mayHaveHappened == true)
        let counts = disk.counts
        let refusal = #expect(throws: StoreError.self) { try store.commit(.hop(3)) }
        #expect(refusal?.code == .inputOutput)
        #expect(refusal?.isRetryable == false)
        #expect(refusal?.mayHaveHappened == false)
        #expect(throws: StoreError.self) { _ = try store.load(StoreSamples.orderID(1)) }
        #expect(throws: StoreError.self) { _ = try store.highWater() }
        #expect(throws: StoreError.self) { try store.checkpoint() }
        #expect(disk.counts == counts)
        try store.close()
        #expect([1, 2].contains(try wholeHops(folder.open(disk.options))))
    }

    @Test(
        "A file that was moved away takes no more commits, whatever stands in its place; put back it has those before",
        arguments: [nil, "something else"]
    )
    func movedFile(replacement: String?) throws {
        let folder = try TestFolder()
        let store = try folder.open()
        try store.commit(.hop(1))
        try FileManager.default.moveItem(atPath: folder.store, toPath: folder.path + "/aside")
        if let replacement { try Data(replacement.utf8).write(to: URL(fileURLWithPath: folder.store)) }
        let error = #expect(throws: StoreError.self) { try store.commit(.hop(2)) }
        #expect(error?.code == .inputOutput)
        #expect(error?.isRetryable == false)
        #expect(error?.mayHaveHappened == false)
        #expect(error?.message.contains("\(folder.store): the file was moved") == true)
        #expect(throws: StoreError.self) { try store.commit(.hop(3)) }
        try store.close()
        if replacement != nil { try FileManager.default.removeItem(atPath: folder.store) }
        try FileManager.default.moveItem(atPath: folder.path + "/aside", toPath: folder.store)
        let again = try folder.open()
        #expect(try wholeHops(again) == 1)
        try again.commit(.hop(2))
    }

    @Test("Whichever write of a commit fails, the store stops and no part of the group is found afterward")
    func failedWrite() throws {
        // Written to the log in more than ten pieces.
        let bytes = 1_500_000
        let disk = try TestDisk("failed-write")
        var failures: Int64 = 0
        while true {
            let folder = try TestFolder()
            let store = try folder.open(disk.options)
            try store.commit(.hop(1))
            test_vfs_fail_write(disk.disk, TEST_VFS_LOG, failures + 1)
            do {
                try store.commit(.hop(2, bytes: bytes))
                test_vfs_fail_write(disk.disk, TEST_VFS_LOG, 0)
                try store.close()
                break
            } catch {
                #expect(error.code == .inputOutput)
                #expect(error.mayHaveHappened)
            }
            #expect(throws: StoreError.self) { try store.commit(.hop(2)) }
            try store.close()
            #expect(try wholeHops(folder.open()) == 1)
            failures += 1
        }
        #expect(failures > 10)
    }

    @Test("A full disk is said to be full, leaves nothing half-written, and works again once there is room")
    func fullDisk() throws {
        let bytes = 1_500_000
        let disk = try TestDisk("full-disk")
        let folder = try TestFolder()
        let store = try folder.open(disk.options)
        try store.commit(.hop(1, bytes: bytes))
        var failures: Int64 = 0
        while true {
            test_vfs_fill_up(disk.disk, TEST_VFS_LOG, failures + 1)
            do {
                try store.commit(.hop(2, bytes: bytes))
                break
            } catch {
                #expect(error.code == .full)
                #expect(error.message.hasPrefix("\(folder.store): "))
                #expect(error.remedy.contains("the file system of \(folder.path);"), "\(error.remedy)")
                #expect(error.isRetryable)
                #expect(!error.mayHaveHappened)
            }
            // Still full: reading works, and so does asking again.
            #expect(try wholeHops(store, bytes: bytes) == 1)
            #expect(throws: StoreError.self) { try store.commit(.hop(2, bytes: bytes)) }
            test_vfs_fill_up(disk.disk, TEST_VFS_LOG, 0)
            failures += 1
        }
        test_vfs_fill_up(disk.disk, TEST_VFS_LOG, 0)
        #expect(failures > 10)
        try store.commit(.hop(3, bytes: bytes))
        #expect(try wholeHops(store, bytes: bytes) == 3)
        try store.close()
        #expect(try wholeHops(folder.open(), bytes: bytes) == 3)
    }

    @Test("A sync that fails while the log is moved spoils no commit, but stops the store at the next call")
    func failedCheckpoint() throws {
        let disk = try TestDisk("failed-checkpoint")
        let folder = try TestFolder()
        var options = disk.options
        options.checkpointPages = 120
        let store = try folder.open(options)
        test_vfs_fail_sync(disk.disk, TEST_VFS_DATABASE, 1)
        var committed = 0
        var refusal: StoreError?
        while refusal == nil, committed < 1000 {
            do {
                try store.commit(.hop(committed + 1, bytes: 4000))
                committed += 1
            } catch {
                refusal = error
            }
        }
        #expect(refusal?.code == .inputOutput)
        #expect(refusal?.mayHaveHappened == false)
        #expect(committed > 5)
        try store.close()
        #expect(try wholeHops(folder.open(), bytes: 4000) == committed)
    }

    @Test("No room for the main file keeps the log growing, and commits go on")
    func fullDuringCheckpoint() throws {
        let disk = try TestDisk("full-checkpoint")
        let folder = try TestFolder()
        var options = disk.options
        options.checkpointPages = 40
        let store = try folder.open(options)
        let opened = disk.counts.databaseSyncs
        test_vfs_fill_up(disk.disk, TEST_VFS_DATABASE, 1)
        for number in 1...60 { try store.commit(.hop(number, bytes: 4000)) }
        #expect(disk.counts.databaseSyncs == opened)
        test_vfs_fill_up(disk.disk, TEST_VFS_DATABASE, 0)
        for number in 61...120 { try store.commit(.hop(number, bytes: 4000)) }
        #expect(disk.counts.databaseSyncs > opened)
        try store.close()
        #expect(try wholeHops(folder.open(), bytes: 4000) == 120)
    }
}
