import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Topology", .enabled(if: ForeignClient.canRun, "needs pika: pip install pika"))
    struct TopologyTests {
        private struct Differences: Decodable {
            struct Difference: Decodable, Hashable {
                var kind: String
                var name: String
                var detail: String?
            }
            var differences: [Difference]
        }

        private func plan(
            _ site: StationSite,
            exit: ChildProcess.Exit = .code(0)
        ) async throws -> [Differences.Difference] {
            let finished = try await site.run("topology", "plan", "--json")
            #expect(finished.exit == exit, "\(finished.errors)")
            let all = try JSONDecoder().decode(Differences.self, from: Data(finished.output.utf8)).differences
            // No AMQP client can ask a broker for its bindings: they are listed, but are no difference.
            #expect(all.filter { $0.kind == "bindingToEnsure" }.map(\.name) == ["AIA_ORDERFALLOUT_JMSQ"])
            return all.filter { $0.kind != "bindingToEnsure" }
        }

        @Test(
            "plan lists what is missing, apply declares it, plan finds nothing more, and other arguments are told"
        )
        func planAndApply() async throws {
            let site = try StationSite(try .shared(), "topology")
            let missing = try await plan(site)
            #expect(missing.count == 31)
            #expect(
                missing.contains { $0.name == "AIA_CRTFO_IN_JMSQ" }
                    && missing.contains { $0.name == "AIA_ERROR_JMSQ" }
            )
            let before = try await site.run("topology", "plan", "--exit-code")
            #expect(before.exit == .code(1))

            try await site.applyTopology()
            #expect(try await plan(site).isEmpty)
            #expect(try await site.run("topology", "plan", "--exit-code").exit == .code(0))
            try await site.applyTopology()

            // Somebody has declared one of them otherwise.
            try site.control("delete_queue", "BILLING_REQUEST_JMSQ")
            let declare = """
                import pika, sys
                connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
                connection.channel().queue_declare("BILLING_REQUEST_JMSQ", durable=True)
                connection.close()
                """
            let declared = try await ChildProcess(
                URL(fileURLWithPath: "/usr/bin/env"),
                ["python3", "-c", declare, site.brokerURL]
            ).finished()
            #expect(declared.exit == .code(0), "\(declared.errors)")
            let differences = try await plan(site, exit: .code(1))
            #expect(differences.count == 1 && differences.first?.name == "BILLING_REQUEST_JMSQ")
            #expect(differences.first?.detail?.contains(", wanted ") ?? false, "\(differences)")
            let refused = try await site.run("topology", "apply")
            #expect(refused.exit == .code(1))
            #expect(refused.errors.contains("BILLING_REQUEST_JMSQ"), "\(refused.errors)")
        }
    }
}
