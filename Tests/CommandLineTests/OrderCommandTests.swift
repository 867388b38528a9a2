import Foundation
import TestSupport
import Testing

extension Commands {
    @Suite("order")
    struct OrderTests {
        private static let provisioning = "BB-2003/ProvisionOrder/Provisioning.Region2/1/BundleGranularity"

        private func filledSite() throws -> CommandSite {
            let site = try CommandSite()
            let filled = try FilledStore(site)
            try filled.send("broadband-rio.xml")
            try filled.send("invalid-content.xml")
            try filled.settle()
            try filled.close()
            return site
        }

        @Test("JSON has lines, components with what they wait for, and history")
        func json() async throws {
            let site = try filledSite()
            let finished = try await site.run("order", "BB-2003", "--json")
            #expect(finished.exit == .code(0), "\(finished.errors)")
            let order = try finished.json()
            #expect(
                order.keys.isSuperset(of: [
                    "key", "role", "revision", "state", "status", "mode", "priority", "catalogVersion",
                    "requestedDelivery",
                    "lines", "components", "history", "failures", "parked",
                ])
            )
            #expect(order["state"].text == "Completed")
            #expect(order["requestedDelivery"].text == "2025-03-10T15:00:00.000Z")
            let line = order["lines"][1]
            #expect(
                line.keys.isSuperset(of: [
                    "id", "action", "product", "state", "milestone", "parents", "values",
                ])
            )
            #expect(line["product"].text == "Internet at Home")
            #expect(line["parents"].texts == ["1"])
            #expect(line["milestone"].text == "PROVISION COMPLETE")
            #expect(line["values"]["port"].text == "PORT-2")
            #expect(order["components"].elements.count == 6)
            let install = order["components"].elements.first { $0["function"].text == "InstallOrder" }
            #expect(
                install?.keys.isSuperset(of: [
                    "id", "function", "system", "state", "processing", "lineProcessing", "milestone",
                    "dependsOn", "lines", "requested", "finished", "notBefore", "externalId",
                ]) == true
            )
            #expect(install?["processing"].text == "Completed")
            #expect(install?["lineProcessing"]["3"].text == "Completed")
            #expect(install?["lines"].texts == ["3"])
            #expect(install?["dependsOn"].texts.contains("ShipOrder/Shipping/WholeOrder") == true)
        }

        @Test("History tells each event with time, cause, message and queue, in order (A70)")
        func history() async throws {
            let site = try filledSite()
            let history = try await site.run("order", "BB-2003", "--json").json()["history"].elements
            #expect(history.first?["event"].text == "accepted")
            #expect(history.first?["cause"].text == "ProcessSalesOrderFulfillmentEBM")
            #expect(history.first?["messageId"].text == "6f1c2a40-52d7-4b8e-9c10-000000000003")
            #expect(history.first?["queue"].text == "AIA_CRTFO_IN_JMSQ")
            #expect(history.allSatisfy { !($0["text"].text ?? "").isEmpty })
            let sequences = history.compactMap { $0["sequence"].number }
            #expect(sequences.count == history.count)
            #expect(sequences == sequences.sorted() && sequences.first == 1)
            let sent = history.filter { $0["event"].text == "messageSent" }
            #expect(
                !sent.isEmpty
                    && sent.allSatisfy { $0["sent"]["id"].text != nil && $0["sent"]["queue"].text != nil }
            )
            let last = history.last { $0["event"].text != "messageSent" }
            #expect(last?["event"].text == "lifecycleChanged")
            #expect(last?["to"].text == "Completed")
            let released = history.filter { $0["event"].text == "componentReleased" }.compactMap {
                $0["component"].text
            }
            #expect(released.count == 6 && Set(released).count == 6)
        }

        @Test("A timeline in sentences for people")
        func report() async throws {
            let site = try filledSite()
            let report = try await site.run("order", "BB-2003")
            #expect(report.exit == .code(0), "\(report.errors)")
            #expect(
                report.output.hasPrefix(
                    "Order BB-2003 of role COM, revision 1: Completed, COMPLETE, 6 of 6 components done\n"
                )
            )
            for text in [
                "The order is accepted: revision 1, 3 lines, mode Deliver, priority 5.",
                "SyncCustomer (#1) starts: its request is on its way to CustomerHub.",
                "Line 2 reached the milestone PROVISION DESIGNED.",
                "The order goes from In Progress to Completed.",
                "(until milestone PROVISION DESIGNED)",
            ] {
                #expect(report.output.contains(text), "\(text)")
            }
        }

        @Test("An invalid order shows its input and every reason")
        func invalid() async throws {
            let site = try filledSite()
            let order = try await site.run("order", "BB-2009", "--json").json()
            #expect(order["state"].text == "Failed")
            #expect(order["lines"].elements.count == 5)
            #expect(order["components"].elements.isEmpty)
            let codes = order["failures"].elements.compactMap { $0["code"].text }
            #expect(Set(codes).isSuperset(of: ["MODE_UNKNOWN", "ACTION_UNKNOWN", "LINE_ID_REPEATED"]))
            let report = try await site.run("order", "BB-2009")
            #expect(report.output.contains("MODE_UNKNOWN: fulfillment mode 'Delivery' is not known"))
        }

        @Test("Keys with slashes, with or without the role before them")
        func slashes() async throws {
            let site = try filledSite()
            let plain = try await site.run("order", Self.provisioning, "--json").json()
            #expect(plain["role"].text == "SOM")
            let qualified = try await site.run("order", "SOM/" + Self.provisioning, "--json").json()
            #expect(qualified["key"].text == Self.provisioning)
            #expect(try await site.run("order", "SOM/" + Self.provisioning, "--role", "COM").exit == .code(1))
        }

        @Test("A key that does not exist: 1, with the nearest ones as commands")
        func notFound() async throws {
            let site = try filledSite()
            let near = try await site.run("order", "BB-2030")
            #expect(near.exit == .code(1))
            #expect(near.output.isEmpty)
            #expect(near.errors.contains("\n  waystation order BB-2003 --role COM\n"), "\(near.errors)")
            let far = try await site.run("order", "ZZZZZZ")
            #expect(far.exit == .code(1))
            #expect(far.errors.contains("`waystation orders`"), "\(far.errors)")
            #expect(try await site.run("order", "BB-2003", "--role", "SOM").exit == .code(1))
            #expect(try await site.run("order", "BB-2003", "--role", "com").exit == .code(64))
        }

        @Test("Several roles with one key: all for people, one by --role for scripts")
        func severalRoles() async throws {
            let site = try CommandSite()
            try site.configure(replacing: [])
            let copy = try String(contentsOfFile: site.config, encoding: .utf8)
            let start = try #require(copy.range(of: "  COM:\n")).lowerBound
            let end = try #require(copy.range(of: "  # Service order management")).lowerBound
            let worker = String(copy[start..<end])
                .replacingOccurrences(of: "  COM:", with: "  COM2:")
                .replacingOccurrences(of: "[AIA_CRTFO_IN_JMSQ]", with: "[SECOND_IN]")
                .replacingOccurrences(of: "    urgentOrders: [AIA_CRTFO_IN_URGENT_JMSQ]\n", with: "")
                .replacingOccurrences(of: "[AIA_UPDFO_IN_JMSQ]", with: "[SECOND_UPDATES]")
                .replacingOccurrences(of: "    operations: [", with: "    # operations: [")
            let changed = copy.replacingOccurrences(
                of: "  # Service order management",
                with: worker + "  # Service order management"
            )
            .replacingOccurrences(
                of: "    AIA_UPDFO_IN_JMSQ:",
                with: "    SECOND_IN:\n    SECOND_UPDATES:\n    AIA_UPDFO_IN_JMSQ:"
            )
            site.config = try site.write(changed, as: "queues.yaml")
            let filled = try FilledStore(site)
            try filled.send("mobile.xml")
            try filled.send("mobile.xml", to: "SECOND_IN")
            try filled.settle(messagesMax: 2)
            try filled.close()
            let report = try await site.run("order", "MOB-2002")
            #expect(report.exit == .code(0), "\(report.errors)")
            #expect(report.output.contains("of role COM,") && report.output.contains("of role COM2,"))
            let ambiguous = try await site.run("order", "MOB-2002", "--json")
            #expect(ambiguous.exit == .code(64))
            #expect(ambiguous.errors.contains("COM, COM2"), "\(ambiguous.errors)")
            #expect(ambiguous.output.isEmpty)
            let chosen = try await site.run("order", "MOB-2002", "--json", "--role", "COM2").json()
            #expect(chosen["role"].text == "COM2")
        }
    }
}
