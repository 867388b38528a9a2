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
