import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Unroutable") struct UnroutableTests {
        @Test(
            "Requests to a queue that is gone stay owed while other work goes on, and arrive once it is back"
        )
        func missingQueue() async throws {
            let site = try StationSite(try .shared(), "unroutable")
            let worker = try await site.startWorker()
            try site.control("delete_queue", "INVENTORY_REQUEST_JMSQ")
            let systems = try await site.startSystems("--role", "COM")
            try await site.output(
                "submit",
                BuiltProducts.order("mobile.xml").path,
                "--generate",
                "5",
                "--seed",
                "5"
            )
            let provisioned = try await Self.waitUntilOwed(site, count: 5)
            #expect(worker.errors.contains("a message stays in the outbox"), "\(worker.errors.suffix(1_000))")
            // Elsewhere it goes on: another order comes in and is asked for up to where it needs that queue, too.
            try await site.output(
                "submit",
                BuiltProducts.order("mobile.xml").path,
                "--generate",
                "1",
                "--seed",
                "6"
            )
            let more = try await Self.waitUntilOwed(site, count: 6)
            #expect(more.hops > provisioned.hops)
            let shipped = try await site.orders("--role", "COM")
            #expect(
                shipped.count == 6
                    && shipped.allSatisfy { $0.state == "In Progress" && $0.components.completed > 0 }
            )

            try await site.applyTopology()
            let others = try await site.startSystems("--role", "SOM")
            try await site.waitForCompletion(of: 6)
            // What lasts is told, what passes sooner is not.
            let told = try await site.statistics()
            #expect(Set(told.errors.keys).isSubset(of: ["MESSAGES_HELD"]), "\(told.errors)")
            try await site.expectVerified()
            for process in [systems, others, worker] { try await stop(process) }
        }

        private static func waitUntilOwed(_ site: StationSite, count: Int) async throws -> StatisticsOutput {
            var last: StatisticsOutput?
            try await eventually(
                "\(count) messages owed; there are \(last?.outboxPending ?? -1)",
                every: 0.25
            ) {
                let statistics = try await site.statistics()
                last = statistics
                return statistics.outboxPending == count
            }
            return try #require(last)
        }
    }
}
