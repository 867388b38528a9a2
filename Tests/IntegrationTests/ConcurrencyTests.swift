import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Many consumers") struct ConcurrencyTests {
        @Test("Forty connections that consume each queue, eight deciders: every order completes (A61, A66)")
        func fortyConsumers() async throws {
            let site = try StationSite(
                try .shared(),
                "consumers",
                changes: [
                    ("consumers: 1 ", "consumers: 40 "), ("prefetch: 256", "prefetch: 5"),
                    ("concurrency: 1", "concurrency: 8"),
                ]
            )
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            try await eventually("40 connections of COM", every: 0.25) {
                worker.errors.components(separatedBy: " consuming ").count > 40
            }
            try await site.output(
                "submit",
                BuiltProducts.order("mobile.xml").path,
                BuiltProducts.order("triple-play.xml").path,
                "--generate",
                "60",
                "--seed",
                "40"
            )
            try await site.waitForCompletion(of: 60)
            try await site.waitForQuiet()
            #expect(try await site.statistics().errors == [:])
            try await site.expectVerified()
            for process in [systems, worker] { try await stop(process) }
        }
    }
}
