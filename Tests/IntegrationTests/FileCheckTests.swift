import Foundation
import Orders
import SQLiteStore
import Store
import TestSupport
import Testing

@testable import soak

@Suite("The look at a store's file after a restart") struct FileCheckTests {
    private static func fill(_ store: SQLiteStore) throws {
        for number in Int64(1)...200 {
            var group = HopGroup()
            group.orders = [StoreSamples.order(row: number, id: StoreSamples.orderID(Int(number)))]
            group.journal = [StoreSamples.journal(row: number, sequence: 1, bytes: 2_000)]
            try store.commit(group)
        }
    }

    private static func problems(_ path: String) -> [String] {
        FileCheck.problems { try SQLiteReader.open(path: path) }
    }

    @Test(
        "a file that holds is right beside the one who writes it; damaged pages are told, and a file that is gone"
    )
    func damage() throws {
        try StoreOnDisk.with { path in
            #expect(Self.problems(path).count == 1)
            let store = try SQLiteStore.open(path: path, clock: ManualClock())
            try Self.fill(store)
            #expect(Self.problems(path) == [])
            try store.close()
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            // Pages of rows: behind those that a reader needs to open it.
            for page in 60..<100 {
                try file.seek(toOffset: UInt64(page * 4_096))
                try file.write(contentsOf: Data(repeating: 0xff, count: 300))
            }
            try file.close()
            #expect(!Self.problems(path).isEmpty)
        }
    }

    @Test("looking takes no more than its part of the rounds")
    func cost() {
        #expect([0, 0.29, 0.31, 1].map(FileCheck.roundsWithout) == [0, 0, 1, 3])
    }
}
