import CTestVFS
import Foundation
import SQLiteStore
import Store
import TestSupport
import Testing

@Suite("When the process is killed", .serialized)
struct CrashTests {
    @Test(
        "kill -9 at writes and syncs of a run of commits loses no commit that returned and shows no half one"
    )
    func killedAtEachOperation() async throws {
        // A commit of this size is a write and a sync, with a checkpoint of dozens now and then: these strike
        // everywhere in it, the odd ones in the middle of a write.
        for nth in [1, 2, 3, 4, 5, 8, 9, 17, 20, 25, 26, 27, 28, 61, 120, 211, 300, 503] {
            let folder = try TestFolder()
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = folder.path as String, nth = Int64(nth) as Int64] in
                try commitUntilKilled(folder: path, killAt: nth)
            }
            try expectNothingLost(in: folder)
        }
    }

    @Test("kill -9 from outside, some time into a run of commits, loses nothing either", arguments: 1...3)
    func killedAtAnyTime(round: Int) async throws {
        let folder = try TestFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = folder.path as String, commits = (round * 37) as Int] in
            try commitUntilKilled(folder: path, killAfterCommits: commits)
        }
        #expect(try expectNothingLost(in: folder) >= round * 37)
    }

    @discardableResult
    private func expectNothingLost(in folder: TestFolder) throws -> Int {
        let ledger = FileManager.default.contents(atPath: folder.path + "/ledger") ?? Data()
        let store = try folder.open()
        let found = try wholeHops(store, bytes: 4000)
        // One commit may be on disk without its process having lived to say so.
        #expect(found == ledger.count || found == ledger.count + 1)
        try store.commit(.hop(found + 1, bytes: 4000))
        let reader = try SQLiteReader.open(path: folder.store)
        #expect(try reader.integrityProblems() == [])
        #expect(try reader.consistencyProblems(limit: 10) == [])
        #expect(try reader.statistics().counters == ["hops": Int64(found + 1)])
        try store.close()
        return found
    }
}

/// Commits hop after hop and notes each with a byte in `ledger` once it has returned; runs in a process of its own.
private func commitUntilKilled(folder: String, killAt nth: Int64 = 0, killAfterCommits: Int = .max) throws {
    let disk = try TestDisk("crash")
    var options = disk.options
    options.checkpointPages = 60
    let store = try SQLiteStore.open(path: folder + "/station.sqlite", options: options, clock: ManualClock())
    let ledger = open(folder + "/ledger", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    test_vfs_kill_process(disk.disk, nth, nth % 2 == 1 ? 1 : 0)
    for number in 1...10_000 {
        try store.commit(.hop(number, bytes: 4000))
        guard write(ledger, "x", 1) == 1 else { return }
        if number == killAfterCommits {
            // The signal comes from another thread while this one goes on committing.
            let killer = Thread { kill(getpid(), SIGKILL) }
            killer.start()
        }
    }
}
