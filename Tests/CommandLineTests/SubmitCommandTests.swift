import Broker
import Foundation
import TestSupport
import Testing

extension Commands {
    @Suite("submit")
    struct Submit {
        @Test(
            "Orders arrive with their properties, urgent ones in their own queue; key, id and queue are told"
        )
        func properties() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let finished = try await site.run(
                "submit",
                CommandSite.order("mobile.xml"),
                CommandSite.order("urgent.xml"),
                CommandSite.order("invalid-content.xml")
            )
            #expect(finished.exit == .code(0), "\(finished.errors)")
            #expect(
                finished.lines == [
                    "MOB-2002  6f1c2a40-52d7-4b8e-9c10-000000000002  AIA_CRTFO_IN_JMSQ",
                    "MOB-2006  6f1c2a40-52d7-4b8e-9c10-000000000006  AIA_CRTFO_IN_URGENT_JMSQ",
                    "BB-2009  6f1c2a40-52d7-4b8e-9c10-000000000009  AIA_CRTFO_IN_JMSQ",
                ]
            )
            let reader = QueueReader(site.broker, queues: ["AIA_CRTFO_IN_JMSQ", "AIA_CRTFO_IN_URGENT_JMSQ"])
            try await reader.wait(for: "three orders") { $0.count == 3 }
            let urgent = try #require(reader.deliveries.first { $0.queue == "AIA_CRTFO_IN_URGENT_JMSQ" })
                .message
            #expect(urgent.properties.messageID == "6f1c2a40-52d7-4b8e-9c10-000000000006")
            #expect(urgent.properties.type == "ProcessSalesOrderFulfillmentEBM")
            #expect(urgent.properties.contentType == "application/xml")
            #expect(urgent.properties.priority == 9)
            #expect(urgent.properties.deliveryMode == 2)
            #expect(urgent.properties.timestampSeconds != nil)
            #expect(urgent.body == Array(try CommandSite.text("urgent.xml").utf8))
        }

        @Test("One file that cannot be an order, and nothing at all is sent")
        func allOrNothing() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let bad = CommandSite.order("not-well-formed.xml")
            let finished = try await site.run(
                "submit",
                CommandSite.order("mobile.xml"),
                bad,
                "/nonexistent.xml"
            )
            #expect(finished.exit == .code(65))
            #expect(finished.output.isEmpty)
            #expect(finished.errors.hasPrefix("\(bad):95:53: MESSAGE_NOT_XML: "), "\(finished.errors)")
            #expect(finished.errors.contains("/nonexistent.xml: the file is not there; check its path"))
            #expect(finished.errors.hasSuffix("2 of 3 files cannot be an order; nothing was sent\n"))
            // What is sent now is the first there is.
            try await site.expectSuccess("submit", CommandSite.order("qualify.xml"))
            let reader = QueueReader(site.broker, queues: ["AIA_CRTFO_IN_JMSQ"])
            try await reader.wait(for: "an order") { !$0.isEmpty }
            #expect(
                reader.deliveries.first?.message.properties.messageID
                    == "6f1c2a40-52d7-4b8e-9c10-000000000005"
            )
        }

        @Test("Standard input and a foreign format; the same order gets the same message id")
        func standardInput() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let text = try CommandSite.text("central-order.xml")
            let first = try await site.run("submit", "-", "--json", input: text).json()
            let again = try await site.run("submit", "-", "--json", input: text).json()
            #expect(
                first[0].keys == ["key", "messageId", "queue", "role", "file", "type", "priority", "status"]
            )
            #expect(first[0]["key"].text == "CENTRAL-3001")
            #expect(first[0]["type"].text == "CentralOrder")
            #expect(first[0]["status"].text == "confirmed")
            #expect(first[0]["messageId"].text?.isEmpty == false)
            #expect(first[0]["messageId"].text == again[0]["messageId"].text)
        }

        @Test(
            "Generated orders: fresh keys and ids, the same ones for the same seed, real orders of the role"
        )
        func generated() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            func generate(_ seed: String) async throws -> [String] {
                let finished = try await site.run(
                    "submit",
                    CommandSite.order("mobile.xml"),
                    CommandSite.order("urgent.xml"),
                    CommandSite.order("central-order.xml"),
                    "--generate",
                    "12",
                    "--seed",
                    seed
                )
                #expect(finished.exit == .code(0), "\(finished.errors)")
                return finished.lines
            }
            let first = try await generate("7")
            #expect(first.count == 12)
            #expect(Set(first.map { $0.components(separatedBy: "  ")[0] }).count == 12)
            #expect(Set(first.map { $0.components(separatedBy: "  ")[1] }).count == 12)
            #expect(first.count(where: { $0.hasSuffix("AIA_CRTFO_IN_URGENT_JMSQ") }) == 4)
            #expect(try await generate("7") == first)
            #expect(Set(try await generate("8")).isDisjoint(with: first))
            let reader = QueueReader(site.broker, queues: ["AIA_CRTFO_IN_JMSQ", "AIA_CRTFO_IN_URGENT_JMSQ"])
            try await reader.wait(for: "36 orders") { $0.count == 36 }
            for delivery in reader.deliveries.prefix(12) {
                let plan = try await site.run(
                    "plan",
                    "-",
                    input: String(decoding: delivery.message.body, as: UTF8.self)
                )
                #expect(plan.exit == .code(0), "\(plan.errors)")
                #expect(
                    first.contains { line in
                        let id = delivery.message.properties.messageID ?? "?"
                        return line.contains("  \(id)  ")
                            && plan.output.contains(line.components(separatedBy: "  ")[0])
                    }
                )
            }
        }

        @Test("The rate of generated orders is kept")
        func rate() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let start = ContinuousClock.now
            let finished = try await site.run(
                "submit",
                CommandSite.order("mobile.xml"),
                "--generate",
                "10",
                "--rate",
                "10",
                "--seed",
                "1"
            )
            #expect(finished.exit == .code(0), "\(finished.errors)")
            #expect(ContinuousClock.now - start >= .seconds(0.9))
        }

        @Test("A broker that is not there is told with what to do, and the exit code is 69")
        func noBroker() async throws {
            let site = try CommandSite()
            let embedded = try await site.run(
                "submit",
                CommandSite.order("mobile.xml"),
                "--timeout-seconds",
                "1"
            )
            #expect(embedded.exit == .code(69))
            #expect(embedded.errors.contains("topology apply"), "\(embedded.errors)")
            #expect(
                embedded.errors.hasSuffix("`waystation topology apply`. Nothing was sent.\n"),
                "\(embedded.errors)"
            )
            let remote = try await site.run(
                "submit",
                CommandSite.order("mobile.xml"),
                "--timeout-seconds",
                "1",
                environment: ["WAYSTATION_BROKER": "amqp://guest:secret-word@127.0.0.1:1/"]
            )
            #expect(remote.exit == .code(69))
            #expect(
                remote.errors
                    == "BROKER_UNREACHABLE: Connecting failed: connection refused (amqp://127.0.0.1:1/). Check that the "
                    + "broker runs and that host and port are right. Nothing was sent.\n"
            )
            #expect(!remote.errors.contains("secret-word"))
        }

        @Test("A queue that does not exist: the order is returned, the exit code is 1")
        func unroutable() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let finished = try await site.run(
                "submit",
                CommandSite.order("mobile.xml"),
                "--queue",
                "NO_SUCH_QUEUE",
                "--json"
            )
            #expect(finished.exit == .code(1))
            #expect(finished.errors.contains("the broker has no queue NO_SUCH_QUEUE"), "\(finished.errors)")
            #expect(try finished.json()[0]["status"].text == "returned")
        }

        @Test("A queue of one's own choice")
        func otherQueue() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            try await site.expectSuccess(
                "submit",
                CommandSite.order("mobile.xml"),
                "--queue",
                "AIA_ERROR_JMSQ"
            )
            let reader = QueueReader(site.broker, queues: ["AIA_ERROR_JMSQ"])
            try await reader.wait(for: "the order") { $0.count == 1 }
        }

        @Test(
            "Wrong options are wrong usage",
            arguments: [
                ["submit"], ["submit", "x.xml", "--generate", "0"], ["submit", "x.xml", "--rate", "5"],
                ["submit", "x.xml", "--generate", "1", "--rate", "0"],
                ["submit", "x.xml", "--generate", "many"],
                ["submit", "x.xml", "--timeout-seconds", "-1"], ["submit", "-", "-"],
                ["submit", "x.xml", "--role", "com"],
            ]
        )
        func usage(arguments: [String]) async throws {
            let finished = try await ChildProcess(try BuiltProducts.waystation(), arguments).finished()
            #expect(finished.exit == .code(64), "\(finished.errors)")
        }
    }
}

extension CommandSite {
    func applyTopology() async throws { try await expectSuccess("topology", "apply") }

    func expectSuccess(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws
    {
        try await expectSuccess(arguments, sourceLocation: sourceLocation)
    }

    func expectSuccess(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws
    {
        let finished = try await run(arguments)
        #expect(finished.exit == .code(0), "\(finished.errors)", sourceLocation: sourceLocation)
    }
}
