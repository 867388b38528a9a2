import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A foreign fallout desk", .enabled(if: ForeignClient.canRun, "needs pika: pip install pika"))
    struct FalloutDeskTests {
        /// What `fallout_desk.py` heard.
        private struct Report: Decodable {
            var key: String
            var heard: [String: [String]]
        }

        @Test(
            "pika subscribes to faults by role, class and code, and has what was refused fixed by a message (A48, A49, A56)"
        )
        func fixedByMessage() async throws {
            let site = try StationSite(try .shared(), "desk")
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            let order = BuiltProducts.order("refused-speed.xml").path
            let finished = try await ForeignClient.start("fallout_desk.py", [site.brokerURL, order])
                .finished(within: 120)
            #expect(finished.exit == .code(0), "\(finished.errors) \(finished.output)")
            let report = try JSONDecoder().decode(Report.self, from: Data(finished.output.utf8))
            #expect(
                report.heard == [
                    "SOM": ["SYSTEM_REFUSED"], "COM": ["ORDER_UNKNOWN", "SYSTEM_REFUSED"],
                    "business of COM": ["ORDER_UNKNOWN", "SYSTEM_REFUSED"],
                    "refused": ["SYSTEM_REFUSED", "SYSTEM_REFUSED"], "technical": [],
                ]
            )
            #expect(try await site.order(report.key).state == "Completed")
            // The message came three times and had its effect once, with who, why, before and after.
            let story = try await site.output("order", report.key, "--role", "COM")
            #expect(story.components(separatedBy: "desk-7 asked for fix").count == 2, "\(story)")
            #expect(story.contains("the customer takes the slower one"))
            #expect(story.contains("DSL_64M") && story.contains("DSL_32M"))
            #expect(try await site.output("fallout", "list").contains("Nothing waits for a decision"))
            try await site.waitForQuiet()
            try await site.expectVerified()
            for process in [systems, worker] { try await stop(process) }
        }
    }
}
