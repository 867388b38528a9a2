import Broker
import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Urgent orders") struct UrgentOrderTests {
        private static let backlog = 300

        @Test(
            "An urgent order is provisioned before nearly all of the orders that were waiting when it came (A13)"
        )
        func overtakes() async throws {
            let site = try StationSite(
                try .shared(),
                "urgent",
                changes: [("prefetch: 256", "prefetch: 16"), ("batchLimit: 256", "batchLimit: 8")]
            )
            try await site.applyTopology()
            let provisioning = QueueReader(
                try site.broker(),
                queues: ["AIA_CRTFO_OUT_JMSQ", "AIA_CRTFO_OUT_URGENT_JMSQ"]
            )
            try await site.output(
                "submit",
                BuiltProducts.order("mobile.xml").path,
                "--generate",
                "\(Self.backlog)",
                "--seed",
                "8"
            )
            try await site.output("submit", BuiltProducts.order("urgent.xml").path)
            let systems = try await site.startSystems("--role", "COM")
            let worker = try await site.startWorker("--role", "COM")
            try await provisioning.wait(for: "the urgent provisioning order") { deliveries in
                deliveries.contains { $0.queue == "AIA_CRTFO_OUT_URGENT_JMSQ" }
            }
            let before = provisioning.deliveries.prefix { $0.queue != "AIA_CRTFO_OUT_URGENT_JMSQ" }
            print(
                "urgent order: \(before.count) of \(Self.backlog) waiting orders were provisioned before it"
            )
            #expect(
                before.count < Self.backlog / 5,
                "\(before.count) of \(Self.backlog) waiting orders came first"
            )
            let urgent = try #require(
                provisioning.deliveries.first { $0.queue == "AIA_CRTFO_OUT_URGENT_JMSQ" }
            )
            #expect(urgent.message.properties.priority == 9)
            worker.signal(SIGKILL)
            try await worker.exit(within: 5)
            try await stop(systems)
        }
    }
}
