import Foundation
import SQLiteStore
import Store
import TestSupport
import Testing

@Suite("After a power cut")
struct TornLogTests {
    /// A store with ten commits, and how long its log was after nine of them.
    private struct Scene {
        let folder: TestFolder
        let log: Data
        let lengthAfterNine: Int

        init() throws {
            folder = try TestFolder()
            let store = try folder.open()
            for number in 1...9 { try store.commit(.hop(number, bytes: 3000)) }
            lengthAfterNine = try Self.bytes(of: folder.store + "-wal").count
            try store.commit(.hop(10, bytes: 3000))
            let copy = try folder.copy()
            log = try Self.bytes(of: copy.store + "-wal")
            try store.close()
            try FileManager.default.removeItem(atPath: folder.store)
            try FileManager.default.copyItem(atPath: copy.store, toPath: folder.store)
        }

        static func bytes(of path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

        /// How many whole hops are found with this log beside the file.
        func hops(withLog log: Data) throws -> Int {
            let copy = try folder.copy()
            try log.write(to: URL(fileURLWithPath: copy.store + "-wal"))
            let store = try copy.open()
            let count = try wholeHops(store, bytes: 3000)
            // What follows overwrites the torn tail and must not revive it.
            for number in count + 1...count + 3 { try store.commit(.hop(number, bytes: 3000)) }
            let found = try wholeHops(store, bytes: 3000)
            #expect(found == count + 3)
            try store.close()
            #expect(try wholeHops(copy.open(), bytes: 3000) == count + 3)
            return count
        }
    }

    @Test(
        "A log that was cut anywhere in the last commit holds the commits before it, and no part of the last"
    )
    func cutTail() throws {
        let scene = try Scene()
        #expect(scene.log.count > scene.lengthAfterNine + 4 * 4096)
        #expect(try scene.hops(withLog: scene.log) == 10)
        for length in stride(from: scene.lengthAfterNine, to: scene.log.count, by: 1009) {
            #expect(try scene.hops(withLog: scene.log.prefix(length)) == 9)
        }
        #expect(try scene.hops(withLog: scene.log.dropLast()) == 9)
    }

    @Test("A log whose last commit is partly garbage holds the commits before it")
    func garbledTail() throws {
        let scene = try Scene()
        for offset in stride(from: scene.lengthAfterNine, to: scene.log.count, by: 1511) {
            var log = scene.log
            for index in offset..<min(offset + 40, log.count) { log[index] = log[index] ^ 0xa5 }
            #expect(try scene.hops(withLog: log) == 9)
        }
        var zeroed = scene.log
        zeroed.replaceSubrange(
            scene.lengthAfterNine...,
            with: Data(count: scene.log.count - scene.lengthAfterNine)
        )
        #expect(try scene.hops(withLog: zeroed) == 9)
    }

    @Test("Garbage behind the last commit is ignored")
    func garbageBehind() throws {
        let scene = try Scene()
        #expect(try scene.hops(withLog: scene.log + Data(repeating: 0x5a, count: 5000)) == 10)
        #expect(try scene.hops(withLog: scene.log + scene.log.suffix(4120)) == 10)
    }
}
