import Broker
import EmbeddedBroker
import Foundation
import RabbitMQ
import TestSupport
import Testing

extension Commands {
    @Suite("topology")
    struct TopologyTests {
        @Test("plan shows what is missing, apply declares it, then nothing differs")
        func planAndApply() async throws {
            let site = try CommandSite()
            let before = try await site.run("topology", "plan")
            #expect(before.exit == .code(0), "\(before.errors)")
            #expect(before.lines.contains("+ queue AIA_CRTFO_IN_JMSQ"))
            #expect(try await site.run("topology", "plan", "--exit-code").exit == .code(1))
            let applied = try await site.run("topology", "apply", "--json")
            #expect(applied.exit == .code(0), "\(applied.errors)")
            let declared = try applied.json()["declared"].elements
            #expect(declared.count == before.lines.count)
            #expect(
                declared.allSatisfy {
                    $0.keys == ["kind", "name", "detail"]
                        && ["missingQueue", "missingExchange", "bindingToEnsure"].contains($0["kind"].text)
                }
            )
            let after = try await site.run("topology", "plan", "--exit-code")
            #expect(after.exit == .code(0))
            #expect(after.output.contains("has every queue and exchange as configured"))
            let again = try await site.run("topology", "apply")
            #expect(again.exit == .code(0))
            #expect(again.output.contains("; 0 of them new."), "\(again.output)")
            #expect(try await site.run("topology", "plan", "--json").json()["differences"].elements.isEmpty)
        }

        @Test("What exists with other arguments is told and nothing is declared")
        func conflict() async throws {
            let site = try CommandSite()
            let other = Topology.Queue(name: "AIA_ERROR_JMSQ", type: .classic)
            try site.broker.apply(Topology(queues: [other]))
            let told = try await site.run("topology", "plan")
            #expect(told.exit == .code(1))
            let differs = "type is classic, wanted quorum; x-overflow is not set, wanted 'reject-publish'"
            #expect(told.lines.contains("! queue AIA_ERROR_JMSQ differs: \(differs)"), "\(told.output)")
            #expect(told.errors.hasPrefix("1 queue or exchange exists on embedded:"), "\(told.errors)")
            let json = try await site.run("topology", "plan", "--json")
            #expect(json.exit == .code(1))
            let plan = try json.json()
            let difference = plan["differences"].elements.first { $0["name"].text == "AIA_ERROR_JMSQ" }
            #expect(difference?["kind"].text == "differentQueue")
            let applied = try await site.run("topology", "apply")
            #expect(applied.exit == .code(1))
            #expect(applied.errors.contains("! queue AIA_ERROR_JMSQ differs: "), "\(applied.errors)")
            #expect(applied.errors.contains("Nothing was declared."))
            let missing = try await site.run("topology", "plan").lines
            #expect(missing.contains("+ queue AIA_CRTFO_IN_JMSQ"))
        }

        @Test("A broker that is not there: 69")
        func noBroker() async throws {
            let site = try CommandSite()
            for command in ["plan", "apply"] {
                let finished = try await site.run(
                    "topology",
                    command,
                    environment: ["WAYSTATION_BROKER": "amqp://guest:secret-word@127.0.0.1:1/"]
                )
                #expect(finished.exit == .code(69), "\(finished.errors)")
                #expect(finished.errors.contains("connection refused (amqp://127.0.0.1:1/). "))
                #expect(!finished.errors.contains("secret-word"))
            }
        }

        @Test(
            "On a real RabbitMQ: declared, compared, and orders confirmed",
            .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server")
        )
        func rabbitMQ() async throws {
            let site = try StationSite(try RabbitMQServer.shared(), "commands")
            #expect(try await site.run("topology", "plan", "--exit-code").exit == .code(1))
            let systems = try await site.startSystems()
            let place = site.brokerURL.replacing("guest:guest@", with: "")
            try await systems.waitForErrors("emulated systems of SOM wait: queue ")
            try await systems.waitForErrors(
                " does not exist on \(place). Declare what is missing: run `waystation topology apply`."
            )
            try await site.output("topology", "apply")
            try await systems.waitForErrors("emulated systems of SOM are consuming")
            systems.signal(SIGTERM)
            #expect(try await systems.exit(within: 20) == .code(0))
            let after = try await site.run("topology", "plan", "--exit-code")
            #expect(after.exit == .code(0), "\(after.errors)\(after.output)")
            let sent = try await site.output("submit", CommandSite.order("urgent.xml"))
            #expect(sent == "MOB-2006  6f1c2a40-52d7-4b8e-9c10-000000000006  AIA_CRTFO_IN_URGENT_JMSQ\n")
            let returned = try await site.run(
                "submit",
                CommandSite.order("urgent.xml"),
                "--queue",
                "NO_SUCH_QUEUE"
            )
            #expect(returned.exit == .code(1), "\(returned.errors)")
            #expect(returned.errors.hasSuffix("the broker did not take 1 of 1 order\n"), "\(returned.errors)")
        }

        @Test(
            "On a real RabbitMQ: every conflict is told in plain words, and the exit code is 1",
            .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server")
        )
        func rabbitMQConflict() async throws {
            let site = try StationSite(try RabbitMQServer.shared(), "conflict")
            let broker = try RabbitMQBroker(address: RabbitMQAddress(url: site.brokerURL), jitterSeed: 1)
            try broker.apply(
                Topology(queues: [
                    .init(name: "AIA_ERROR_JMSQ"), .init(name: "BILLING_REQUEST_JMSQ", type: .classic),
                ])
            )
            let plan = try await site.run("topology", "plan")
            #expect(plan.exit == .code(1))
            let conflicts = plan.lines.filter { $0.hasPrefix("! ") }
            #expect(conflicts.count == 2, "\(plan.output)")
            #expect(conflicts.first?.hasPrefix("! queue AIA_ERROR_JMSQ differs: x-") == true, "\(conflicts)")
            #expect(conflicts.first?.contains(" is not set, wanted ") == true, "\(conflicts)")
            #expect(
                conflicts.last?.hasPrefix("! queue BILLING_REQUEST_JMSQ differs: ") == true,
                "\(conflicts)"
            )
            #expect(!plan.output.contains("PRECONDITION"), "\(plan.output)")
        }

        @Test("Without plan or apply the help is shown")
        func usage() async throws {
            let finished = try await ChildProcess(try BuiltProducts.waystation(), ["topology"]).finished()
            #expect(finished.output.contains("plan") && finished.output.contains("apply"))
        }
    }
}
