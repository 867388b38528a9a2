import Foundation
import Orders
import SQLiteStore
import Store
import TestSupport
import Testing

@Suite("One process writes to a store")
struct OwnerTests {
    @Test("A second writer is refused and told who holds the store, and since when")
    func secondWriter() throws {
        let folder = try TestFolder()
        let first = try folder.open()
        let error = #expect(throws: StoreError.self) { _ = try folder.open() }
        #expect(error?.code == .ownedByAnother)
        #expect(error?.isRetryable == false)
        let message = try #require(error?.message)
        #expect(message.contains("process \(getpid()) on "))
        #expect(message.contains("as COM, SOM since \(Timestamp.testStart)"))
        try first.close()
        try folder.open().close()
    }

    @Test("So is one that comes by another name of the file")
    func anotherName() throws {
        let folder = try TestFolder()
        let first = try folder.open()
        let link = folder.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.store)
        for path in [link, folder.path + "/./station.sqlite"] {
            let error = #expect(throws: StoreError.self) {
                _ = try SQLiteStore.open(path: path, clock: ManualClock())
            }
            #expect(error?.code == .ownedByAnother)
        }
        try first.close()
    }

    @Test("So is one in another process")
    func anotherProcess() async throws {
        let folder = try TestFolder()
        let store = try folder.open()
        await #expect(processExitsWith: .success) {
            [path = folder.store as String, owner = getpid() as Int32] in
            let error = #expect(throws: StoreError.self) {
                _ = try SQLiteStore.open(path: path, clock: ManualClock())
            }
            #expect(error?.code == .ownedByAnother)
            #expect(error?.message.contains("process \(owner) ") == true)
        }
        try store.commit(.hop(1))
        try store.close()
    }

    @Test("A store that could not be opened is not held")
    func failedOpening() throws {
        let folder = try TestFolder()
        try Data("no database, but long enough to be read as one".utf8).write(
            to: URL(fileURLWithPath: folder.store)
        )
        for _ in 1...2 {
            let error = #expect(throws: StoreError.self) { _ = try folder.open() }
            #expect(error?.code == .configuration)
            #expect(error?.message == "\(folder.store) is not a Waystation store")
        }
        try FileManager.default.removeItem(atPath: folder.store)
        try folder.open().close()
    }

    @Test("Paths that name no file are refused")
    func badPaths() {
        for path in ["", ":memory:", "/tmp/", "a\u{0}b"] {
            let error = #expect(throws: StoreError.self) {
                _ = try SQLiteStore.open(path: path, clock: ManualClock())
            }
            #expect(error?.code == .configuration)
        }
    }

    @Test("A folder that does not exist is said to be unreachable")
    func missingFolder() throws {
        let folder = try TestFolder()
        let path = folder.path + "/none/station.sqlite"
        let error = #expect(throws: StoreError.self) {
            _ = try SQLiteStore.open(path: path, clock: ManualClock())
        }
        #expect(error?.code == .unreachable)
        let reading = #expect(throws: StoreError.self) { _ = try SQLiteReader.open(path: path) }
        #expect(reading?.code == .unreachable)
    }
}
