import Foundation
import Orders
import SQLiteStore
import Simulation
import Store
import Synchronization
import TestSupport
import Testing

@Suite("The station in a simulated world, on the real store", .timeLimit(Patience.minutes(20)))
struct RealStoreTests {
    @Test(
        "Seeds are survived on SQLite, which holds in the end what the simulated store holds",
        arguments: 1...6
    )
    func survival(seed: Int) throws {
        let site = try SimulationSite(root: BuiltProducts.packageFolder.path)
        let setup = SimulationSetup(seed: UInt64(seed))
        let folder = try RealFolder()
        let simulation = try Simulation(
            site: site,
            setup: setup,
            expectations: nil,
            backings: (0..<2).map { SQLiteBacking(folder: folder, name: "process-\($0)") }
        )
        let report = try simulation.run()
        #expect(report.violations == [])
        #expect(report.orders >= 20)
        #expect(report.faultCount >= 20)
    }
}

/// A folder in memory where the machine offers that: what ends here is the process, not the machine.
private final class RealFolder: Sendable {
    let path: String

    init() throws {
        let place =
            FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        path = "\(place)/waystation-simulation-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // Only a temporary folder: what cannot be removed is the machine's to clean.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// SQLite files as a process leaves them that was killed: each opening goes on from a copy of what was there.
private final class SQLiteBacking: StoreBacking {
    private struct State {
        var generation = 0
        var store: SQLiteStore?
    }

    private let folder: RealFolder
    private let name: String
    private let state = Mutex(State())

    init(folder: RealFolder, name: String) {
        self.folder = folder
        self.name = name
    }

    private func path(_ generation: Int) -> String { "\(folder.path)/\(name)-\(generation).db" }

    func open() throws(StoreError) -> any Store {
        let (old, generation) = state.withLock { state in
            state.generation += 1
            return (state.store, state.generation)
        }
        if let old {
            for suffix in ["", "-wal"] {
                let from = path(generation - 1) + suffix
                guard FileManager.default.fileExists(atPath: from) else { continue }
                do {
                    try FileManager.default.copyItem(atPath: from, toPath: path(generation) + suffix)
                } catch {
                    throw StoreError(.inputOutput, "\(from) cannot be copied: \(error)", remedy: "Make room.")
                }
            }
            // Its files are no longer looked at.
            try? old.close()
        }
        let store = try SQLiteStore.open(path: path(generation), clock: SimulatedClock())
        state.withLock { $0.store = store }
        return store
    }

    func openReader() throws(StoreError) -> any StoreReader {
        try SQLiteReader.open(path: path(state.withLock { $0.generation }))
    }
}
