import Foundation
import SQLiteStore
import Store
import TestSupport

/// A store's file in a folder of its own, for as long as it is looked at.
enum StoreOnDisk {
    static func with<Found>(_ body: (_ path: String) throws -> Found) throws -> Found {
        let folder = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Only a temporary folder: what cannot be removed is the machine's to clean.
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.appending(path: "store.db").path)
    }

    /// Commits what `group` holds, and looks at the store once its writer is gone.
    static func holding<Found>(_ group: HopGroup, _ body: (SQLiteReader) throws -> Found) throws -> Found {
        try with { path in
            let store = try SQLiteStore.open(path: path, clock: ManualClock())
            try store.commit(group)
            try store.close()
            return try body(try SQLiteReader.open(path: path))
        }
    }
}
