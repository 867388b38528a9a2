import CTestVFS
import Foundation
import Orders
import SQLiteStore
import Store
import TestSupport
import Testing

@Suite("When the power goes", .serialized)
struct PowerCutTests {
    /// Seed 0 loses all that was not synced, others about half of the writes, in any order.
    @Test(
        "At a write or sync, what was not synced is gone or gone in parts: no commit that returned is lost or half",
        arguments: 0...4
    )
    func cutAtEachOperation(seed: Int) async throws {
        // A commit is a write and a sync, with a checkpoint of dozens now and then, as where a process is killed.
        for nth in [3, 4, 5, 8, 9, 25, 26, 27, 28, 29, 30, 61, 120, 121, 211, 300, 503] {
            let folder = try TestFolder()
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = folder.path as String, nth = Int64(nth) as Int64, seed = UInt64(seed) as UInt64] in
                try commitUntilPowerGoes(folder: path, at: nth, seed: seed, liesAboutSyncs: false)
            }
            let ledger = FileManager.default.contents(atPath: folder.path + "/ledger") ?? Data()
            let store = try folder.open()
            let found = try wholeHops(store, bytes: 4000)
            #expect(found == ledger.count || found == ledger.count + 1, "at \(nth)")
            try store.commit(.hop(found + 1, bytes: 4000))
            let reader = try SQLiteReader.open(path: folder.store)
            #expect(try reader.integrityProblems() == [])
            #expect(try reader.consistencyProblems(limit: 10) == [])
            try store.close()
        }
    }

    @Test("A disk whose syncs save nothing loses commits that returned: the test would tell")
    func lyingDisk() async throws {
        let folder = try TestFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String] in
            try commitUntilPowerGoes(folder: path, at: 40, seed: 0, liesAboutSyncs: true)
        }
        let ledger = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/ledger"))
        let store = try folder.open()
        #expect(try wholeHops(store, bytes: 4000) < ledger.count)
        try store.close()
    }
}

/// Commits hop after hop and notes each with a byte in `ledger` once it has returned; runs in a process of its own.
private func commitUntilPowerGoes(folder: String, at nth: Int64, seed: UInt64, liesAboutSyncs: Bool) throws {
    let path = folder + "/station.sqlite"
    // Its tables are there before, as at any start but the first.
    let usual = SQLiteStoreOptions(roles: ["COM"])
    try SQLiteStore.open(path: path, options: usual, clock: ManualClock()).close()
    let disk = try TestDisk("power-cut")
    guard test_vfs_cut_power(disk.disk, nth, nth % 2 == 1 ? 1 : 0, seed, liesAboutSyncs ? 1 : 0) == 1 else {
        throw POSIXError(.ENOMEM)
    }
    var options = disk.options
    options.checkpointPages = 60
    let store = try SQLiteStore.open(path: path, options: options, clock: ManualClock())
    let ledger = open(folder + "/ledger", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    for number in 1...10_000 {
        try store.commit(.hop(number, bytes: 4000))
        guard write(ledger, "x", 1) == 1 else { return }
    }
}
