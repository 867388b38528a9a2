import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Foreign formats") struct ForeignFormatTests {
        /// A folder with orders that are not ours to ship.
        private static let samples = ProcessInfo.processInfo.environment["WAYSTATION_SAMPLE_ORDERS"]

        @Test("An order in another format runs to its end by the catalog's mapping alone")
        func example() async throws {
            try await run(BuiltProducts.order("central-order.xml"), site: "central")
        }

        @Test("A real order of another vendor's format runs to its end", .enabled(if: samples != nil))
        func sample() async throws {
            let folder = try #require(Self.samples)
            try await run(
                URL(fileURLWithPath: folder).appendingPathComponent("central-om-basic.xml"),
                site: "sample"
            )
        }

        private func run(_ order: URL, site purpose: String) async throws {
            let site = try StationSite(try .shared(), purpose)
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            try await site.output("submit", order.path)
            try await site.waitForCompletion(of: 1)
            let all = try await site.orders()
            #expect(all.contains { $0.role == "SOM" })
            #expect(all.allSatisfy { $0.state == "Completed" && $0.components.total > 0 }, "\(all)")
            #expect(try await site.statistics().errors == [:])
            try await site.expectVerified()
            for process in [systems, worker] { try await stop(process) }
        }
    }
}
