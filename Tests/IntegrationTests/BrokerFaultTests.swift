import Broker
import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// On a node of their own, which they stop, freeze and start.
    @Suite("A broker that is not there") struct BrokerFaultTests {
        @Test(
            "A broker down at start is waited for, one that stops is waited for again; nothing lost, order kept (A58)"
        )
        func downAndStopped() async throws {
            let server = try RabbitMQServer()
            let site = try StationSite(server, "faults")
            try server.kill()
            let worker = try site.start("run", "--apply-topology")
            try await worker.waitForErrors("the topology is not declared yet")
            #expect(worker.isRunning)
            try server.start()
            try await worker.waitForErrors("consuming")
            // It takes seconds, in which the orders would go on.
            try server.saveRegister()
            let systems = try await site.startSystems("--delay-milliseconds", "400")
            try await site.output(
                "submit",
                BuiltProducts.order("mobile.xml").path,
                "--generate",
                "30",
                "--seed",
                "4"
            )
            try await eventually("orders under way") { try await site.statistics().hops > 150 }

            try server.kill(savingRegister: false)
            try await worker.waitForErrors("has no broker")
            try await systems.waitForErrors("emulated systems of COM have no broker: ")
            let atFault = try await site.statistics()
            #expect(atFault.completed < 60, "all was done before the broker stopped")
            #expect(worker.isRunning)
            try server.start()
            try await site.waitForCompletion(of: 30)
            for role in ["COM", "SOM"] {
                try await systems.waitForErrors("emulated systems of \(role) are consuming again")
            }
            // Tried again many times, told once.
            #expect(
                systems.errors.components(separatedBy: "COM have no broker: Connecting failed").count <= 2
            )
            let told = try await site.statistics()
            #expect(told.errorsOfMessages == [:])
            #expect(Set(told.errors.keys).isSubset(of: ["BROKER_UNAVAILABLE"]), "\(told.errors)")
            try await site.expectVerified()
            try await Self.expectUpdatesInOrder(site, orders: 30)
            for process in [systems, worker] { try await stop(process) }
        }

        /// What was told upstream of each order arrives in the order in which it happened, repetitions aside.
        private static func expectUpdatesInOrder(_ site: StationSite, orders: Int) async throws {
            let reader = QueueReader(try site.broker(), queues: ["AIA_UPDSO_OUT_JMSQ"])
            let expected = try await site.statistics()
            try await reader.wait(for: "the last update of each of \(orders) orders") { deliveries in
                Set(
                    deliveries.filter { status($0) == "COMPLETE" }.compactMap(
                        \.message.properties.correlationID
                    )
                ).count
                    == orders
            }
            #expect(expected.outboxPending == 0)
            let byOrder = Dictionary(grouping: reader.deliveries) {
                $0.message.properties.correlationID ?? ""
            }
            let rank = ["OPEN": 0, "IN PROGRESS": 1, "COMPLETE": 2]
            for (key, deliveries) in byOrder {
                var seen: Set<String> = []
                let first = deliveries.filter { seen.insert($0.message.properties.messageID ?? "").inserted }
                let ranks = first.map { rank[status($0)] ?? -1 }
                #expect(ranks == ranks.sorted() && !ranks.contains(-1), "\(key): \(first.map(status))")
                let times = first.map { created($0) }
                #expect(times == times.sorted(), "\(key): \(times)")
            }
        }

        /// The order's own status, which stands before those of the lines.
        private static func status(_ delivery: Delivery) -> String { value("corecom:Code", delivery) }
        private static func created(_ delivery: Delivery) -> String {
            value("corecom:CreationDateTime", delivery)
        }

        private static func value(_ element: String, _ delivery: Delivery) -> String {
            let text = String(decoding: delivery.message.body, as: UTF8.self)
            let scope = text.range(of: "<sordebo:DataArea>").map { text[$0.upperBound...] }
            let part = element == "corecom:Code" ? scope ?? text[...] : text[...]
            guard let start = part.range(of: "<\(element)>"), let end = part.range(of: "</\(element)>") else {
                return ""
            }
            return String(part[start.upperBound..<end.lowerBound])
        }

        @Test(
            "With a broker that says nothing draining takes its time; the second SIGINT ends the worker at once"
        )
        func interruptTwice() async throws {
            let server = try RabbitMQServer()
            let site = try StationSite(server, "interrupt")
            let worker = try await site.startWorker()
            try server.freeze()
            worker.signal(SIGINT)
            try await worker.waitForErrors("draining")
            await pause(seconds: 1)
            #expect(worker.isRunning, "\(worker.errors.suffix(500))")
            worker.signal(SIGINT)
            // Long before the time for draining is over.
            #expect(try await worker.exit(within: 5) == .code(130))
            try server.thaw()
            let next = try await site.startWorker()
            try await stop(next)
        }
    }
}
