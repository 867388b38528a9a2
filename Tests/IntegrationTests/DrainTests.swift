import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Stopping") struct DrainTests {
        @Test(
            "SIGTERM under load drains: exit 0 within the deadline, and after a restart every order completes"
        )
        func terminate() async throws {
            let site = try StationSite(try .shared(), "drain")
            try await site.applyTopology()
            let trace = try PublicationTrace(site, broker: try site.broker())
            let first = try await site.startWorker()
            let systems = try await site.startSystems()
            let feed = try site.start(
                "submit",
                BuiltProducts.order("mobile.xml").path,
                "--generate",
                "60",
                "--rate",
                "30",
                "--seed",
                "3"
            )
            try await eventually("some orders under way") { try await site.statistics().hops > 100 }
            first.signal(SIGTERM)
            #expect(try await first.exit(within: 35) == .code(0))
            #expect(first.errors.contains("drained; nothing is owed"), "\(first.errors.suffix(500))")
            let stopped = try await site.statistics()
            #expect(stopped.outboxPending == 0)
            #expect(stopped.completed < 120, "it had finished before it was stopped")

            let second = try await site.startWorker()
            #expect(try await feed.exit(within: 60) == .code(0))
            try await site.waitForCompletion(of: 60)
            for (request, ids) in trace.requests { #expect(Set(ids).count == 1, "\(request): \(ids)") }
            #expect(try await site.statistics().errors == [:])
            try await site.expectVerified()
            for process in [systems, second] { try await stop(process) }
        }

        @Test(
            "What a broker has not confirmed at the deadline is owed: exit 0, told with its queues, sent later"
        )
        func deadline() async throws {
            let server = try RabbitMQServer()
            let site = try StationSite(
                server,
                "deadline",
                changes: [("drainTimeoutSeconds: 30", "drainTimeoutSeconds: 3")]
            )
            try await site.applyTopology()
            try await site.output(
                "submit",
                BuiltProducts.order("mobile.xml").path,
                "--generate",
                "5",
                "--seed",
                "9"
            )
            // A broker short of memory hands out messages and takes none.
            try server.control("set_vm_memory_high_watermark", "0")
            let first = try await site.startWorker()
            try await eventually("messages that are owed", every: 0.25) {
                try await site.statistics().outboxPending >= 5
            }
            let told = ContinuousClock.now
            first.signal(SIGTERM)
            #expect(try await first.exit(within: 30) == .code(0))
            #expect(ContinuousClock.now - told >= .seconds(3), "it did not wait for the deadline")
            let owed = try await site.statistics().outboxPending
            let last = Self.closingLine(first)
            #expect(last.contains("stopped with \(owed) messages ("), "\(first.errors.suffix(1_000))")
            #expect(last.contains(" to queue AIA_UPDSO_OUT_JMSQ"), "\(last)")
            #expect(last.contains("they are kept and go out after the next start"), "\(last)")

            try server.control("set_vm_memory_high_watermark", "0.9")
            let second = try await site.startWorker()
            let systems = try await site.startSystems()
            try await site.waitForCompletion(of: 5)
            try await site.expectVerified()
            for process in [systems, second] { try await stop(process) }
        }

        /// What a worker said it still owes when it stopped.
        private static func closingLine(_ worker: ChildProcess) -> String {
            worker.errors.split(separator: "\n").last { $0.contains("stopped with") }.map(String.init) ?? ""
        }

        @Test("Messages to a queue that is gone do not hold up the end, and are told")
        func missingQueue() async throws {
            let site = try StationSite(try .shared(), "gone")
            let worker = try await site.startWorker()
            try site.control("delete_queue", "AIA_UPDSO_OUT_JMSQ")
            try await site.output("submit", BuiltProducts.order("mobile.xml").path)
            try await worker.waitForErrors("a message stays in the outbox")
            worker.signal(SIGTERM)
            #expect(try await worker.exit(within: 20) == .code(0))
            let owed = try await site.statistics().outboxPending
            #expect(owed > 0)
            let last = Self.closingLine(worker)
            #expect(
                last.contains("(\(owed) to queue AIA_UPDSO_OUT_JMSQ) owed; they are kept"),
                "\(worker.errors.suffix(1_000))"
            )
        }

        @Test(
            "A second worker on the same store is refused with exit 69 and who holds it; reading goes on beside it"
        )
        func secondWriter() async throws {
            let site = try StationSite(try .shared(), "owner")
            let worker = try await site.startWorker()
            let second = try await site.run("run", seconds: 20)
            #expect(second.exit == .code(69))
            #expect(
                second.errors.contains("is written by process \(worker.identifier) on "),
                "\(second.errors)"
            )
            #expect(second.errors.contains("COM, SOM"))

            try await site.output("submit", BuiltProducts.order("mobile.xml").path)
            try await eventually("the order") { try await !site.orders().isEmpty }
            let key = try #require(try await site.orders("--role", "COM").first).key
            #expect(try await site.order(key).state == "In Progress")
            for command in ["orders", "stats", "verify"] { try await site.output(command) }
            #expect(worker.isRunning)
            try await stop(worker)
        }
    }
}
