import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A second worker of a role") struct SecondWorkerTests {
        @Test("with a store of its own says that it has only a part of the messages")
        func secondWorker() async throws {
            let site = try StationSite(try .shared(), "second")
            let first = try await site.startWorker()
            let second = try await site.startWorker(store: "sqlite:\(site.folder.path)/second.db")
            try await second.waitForErrors("somebody else takes messages of COM")
            try await second.waitForErrors("somebody else takes messages of SOM")
            for process in [second, first] { try await stop(process) }
        }
    }
}
