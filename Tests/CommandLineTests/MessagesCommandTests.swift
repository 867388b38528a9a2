import Broker
import Foundation
import Messages
import Orders
import TestSupport
import Testing

extension Commands.Workers {
    @Suite("Failed messages")
    struct MessagesTests {
        /// Two orders that a catalog of COM refused because it takes none of the usual format.
        private static func refusedOrders(_ site: CommandSite, deciders: Int = 1) async throws {
            try site.configure(replacing: [("concurrency: 1", "concurrency: \(deciders)")])
            try await site.applyTopology()
            let good = site.config
            site.config = try site.configuration(
                replacingInCatalog: "accept: [ProcessSalesOrderFulfillmentEBM]",
                by: "accept: [ProcessProvisioningOrderEBM]"
            )
            let worker = try await site.startWorker()
            site.config = good
            for order in ["mobile.xml", "triple-play.xml"] {
                try await site.expectSuccess("submit", CommandSite.order(order))
            }
            try await eventually("two failed messages", seconds: 30, every: 0.1) {
                try await site.run("messages", "list", "--json").json().elements.count == 2
            }
            try await site.stop(worker)
        }

        @Test("What a wrong catalog refused is listed, shown and resubmitted once that is corrected (A57)")
        func resubmit() async throws {
            let site = try CommandSite()
            try await Self.refusedOrders(site)
            let listed = try await site.run("messages", "list", "--order", "MOB-2002", "--json").json()
            #expect(listed.elements.count == 1)
            let item = listed[0]
            let id = try #require(item["messageId"].text)
            #expect(item["code"].text == "MESSAGE_NOT_RECOGNIZED" && item["state"].text == "failed")
            #expect(item["queue"].text == "AIA_CRTFO_IN_JMSQ" && item["failures"].number == 1)

            let table = try await site.run("messages", "list", "--code", "message_not_recognized")
            #expect(table.lines.count == 3 && !table.output.contains("<"), "\(table.output)")
            let shown = try await site.run("messages", "show", id)
            #expect(shown.output.contains("role COM takes no ProcessSalesOrderFulfillmentEBM"))
            #expect(!shown.output.contains("<sordebo:"), "content only when asked for")
            let body = try await site.run("messages", "show", id, "--body")
            #expect(body.output.contains("<sordebo:"), "\(body.output)")
            let details = try await site.run("messages", "show", id, "--json").json()[0]
            #expect(details["text"].text?.hasPrefix("role COM takes no ProcessSales") == true)
            #expect(details["contentType"].text == "application/xml" && details["body"].text == nil)
            let whole = try await site.run("messages", "show", id, "--json", "--body").json()[0]
            #expect(whole["body"].text == (try CommandSite.text("mobile.xml")))
            #expect(try await site.run("stats", "--json").json()["failed"].number == 2)
            #expect(try await site.run("verify", "--json").json()["failed"].number == 2)

            let worker = try await site.startWorker()
            let one = try await site.run(
                "messages",
                "resubmit",
                "--queue",
                "AIA_CRTFO_IN_JMSQ",
                id,
                "--by",
                "ana"
            )
            #expect(one.exit == .code(0), "\(one.output)\(one.errors)")
            #expect(one.output == "\(id): resubmit: done, it was taken\n")
            #expect(try await site.orders("COM").count == 1)
            let again = try await site.run("messages", "resubmit", id)
            #expect(again.exit == .code(1))
            #expect(again.errors.contains("no message failed or waits that fits"), "\(again.errors)")

            let preview = try await site.run("messages", "resubmit", "--code", "MESSAGE_NOT_RECOGNIZED")
            #expect(preview.exit == .code(0))
            #expect(preview.errors.contains("nothing was sent, add --yes to do it"), "\(preview.errors)")
            let rest = try await site.run(
                "messages",
                "resubmit",
                "--code",
                "MESSAGE_NOT_RECOGNIZED",
                "--yes",
                "--json"
            )
            #expect(try rest.json()[0]["result"].text == "done", "\(rest.output)")
            #expect(try await site.orders("COM").count == 2)
            let states = try await site.run("messages", "list", "--state", "all", "--json").json()
            #expect(states.elements.compactMap { $0["state"].text } == ["accepted", "accepted"])
            #expect(states[0]["decidedBy"].text == "ana")
            try await site.stop(worker)
            #expect(try await site.run("verify").exit == .code(0))
        }

        @Test("What waits because of one order is resubmitted by its key, when that is wanted (A57)")
        func byOrder() async throws {
            let site = try CommandSite()
            try await Self.refusedOrders(site)
            let worker = try await site.startWorker()
            let shown = try await site.run("messages", "resubmit", "--order", "MOB-2002")
            #expect(shown.exit == .code(0) && shown.lines.count == 2, "\(shown.output)")
            #expect(shown.errors == "resubmit 1 message; nothing was sent, add --yes to do it\n")
            #expect(try await site.orders("COM").isEmpty)
            let done = try await site.run("messages", "resubmit", "--order", "MOB-2002", "--yes", "--json")
            #expect(done.exit == .code(0), "\(done.errors)")
            #expect(try done.json().elements.count == 1)
            #expect(try done.json()[0]["key"].text == "MOB-2002")
            #expect(try done.json()[0]["result"].text == "done")
            #expect(try await site.orders("COM").map(\.key) == ["MOB-2002"])
            #expect(try await site.run("messages", "list", "--json").json().elements.count == 1)
            try await site.stop(worker)
        }

        /// A system's word that a component is complete, as message `u-1`.
        private static func publish(
            about order: OrderKey,
            component: ComponentID,
            _ site: CommandSite
        ) async throws {
            let context = EncodingContext(
                messageID: "u-1",
                now: .testStart,
                senderID: "CRM_01",
                targetID: "OSMCFS_01",
                role: "CustomerHub",
                origin: nil,
                cause: nil
            )
            let reply = SystemReply(
                orderKey: order,
                correlation: nil,
                component: component,
                status: "COMPLETE"
            )
            let publisher = ObservedPublisher(site.broker)
            try await publisher.connected()
            publisher.link.publish([
                Publication(
                    id: 1,
                    destination: .queue("AIA_UPDFO_IN_JMSQ"),
                    message: Message(
                        properties: MessageProperties(contentType: "application/xml", messageID: "u-1"),
                        body: MessageEncoder().encode(reply, context: context)
                    )
                )
            ])
            #expect(try await publisher.answers(1) == [.confirmed(1)])
            try await publisher.close()
        }

        @Test("An update that its order keeps is listed, shown, tried in vain, and given up for a reason")
        func keptByOrder() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try await site.startWorker()
            try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
            try await eventually("an order", seconds: 30, every: 0.1) {
                try await site.orders("COM").count == 1
            }
            let order = try await site.run("order", "MOB-2002", "--role", "COM", "--json").json()
            let waiting = order["components"].elements.first { $0["requested"].text == nil }
            let component = ComponentID(try #require(waiting?["id"].text))
            try await Self.publish(about: "MOB-2002", component: component, site)
            try await eventually("a parked update", seconds: 30, every: 0.1) {
                try await site.run("messages", "list", "--json").json().elements.count == 1
            }
            for selection in [["u-1"], ["--order", "MOB-2002"], ["--code", "component_unknown"]] {
                let item = try await site.run(["messages", "list", "--json"] + selection).json()[0]
                #expect(item["state"].text == "parked" && item["key"].text == "MOB-2002")
                #expect(item["messageId"].text == "u-1" && item["code"].text == "COMPONENT_UNKNOWN")
                #expect(item["queue"].text == "AIA_UPDFO_IN_JMSQ" && item["record"].number == nil)
            }
            #expect(try await site.run("messages", "list", "--order", "NEVER-1").lines.count == 1)
            let shown = try await site.run("messages", "show", "u-1")
            #expect(shown.output.contains("within the order since"), "\(shown.output)")
            #expect(shown.output.contains(component.rawValue) && shown.output.contains("COMPLETE"))
            let details = try await site.run("messages", "show", "u-1", "--json").json()[0]
            #expect(details["about"]["component"].text == component.rawValue)

            for _ in 0..<2 {
                let vain = try await site.run("messages", "resubmit", "u-1", "--by", "ana")
                #expect(vain.exit == .code(1))
                let told =
                    "u-1: resubmit: refused, it still does not fit, COMPONENT_UNKNOWN, and is parked again\n"
                #expect(vain.output == told, "\(vain.errors)")
            }
            let given = try await site.run("messages", "discard", "u-1", "--reason", "sent by mistake")
            #expect(given.output == "u-1: discard: done, it is discarded\n", "\(given.errors)")
            #expect(try await site.run("messages", "list", "--json").json().elements.isEmpty)
            #expect(try await site.run("stats", "--json").json()["parked"].number == 0)
            let history = try await site.run("order", "MOB-2002", "--role", "COM")
            #expect(
                history.output.contains("The update u-1, kept until now, is given up."),
                "\(history.output)"
            )
            #expect(history.output.contains("asked for discard: sent by mistake"), "\(history.output)")
            try await site.stop(worker)
            #expect(try await site.run("verify").exit == .code(0))
        }

        @Test("A message that waits for its order is tried in vain, then given up")
        func parked() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try await site.startWorker()
            try await Self.publish(about: "NEVER-1", component: "A", site)
            try await eventually("a parked message", seconds: 30, every: 0.1) {
                try await site.run("messages", "list", "--state", "parked", "--json").json().elements.count
                    == 1
            }
            let item = try await site.run("messages", "list", "--json").json()[0]
            #expect(item["state"].text == "parked" && item["key"].text == "NEVER-1")
            #expect(item["messageId"].text == "u-1" && item["code"].text == "ORDER_UNKNOWN")

            let vain = try await site.run("messages", "resubmit", "u-1")
            #expect(vain.exit == .code(1), "\(vain.output)")
            let told = "u-1: resubmit: refused, order NEVER-1 is still not known; it waits until "
            #expect(vain.output.hasPrefix(told), "\(vain.output)")
            let given = try await site.run("messages", "discard", "u-1", "--reason", "sent by mistake")
            #expect(given.output == "u-1: discard: done, it is discarded\n", "\(given.errors)")
            #expect(try await site.run("messages", "list", "--json").json().elements.isEmpty)
            try await site.stop(worker)
            #expect(try await site.run("verify").exit == .code(0))
        }

        @Test("Ten commands at the same time resubmit once; discarding wants a reason", arguments: [1, 3])
        func tenAtOnce(deciders: Int) async throws {
            let site = try CommandSite()
            try await Self.refusedOrders(site, deciders: deciders)
            let list = try await site.run("messages", "list", "--json").json()
            let id = try #require(list[0]["messageId"].text)
            let other = try #require(list[1]["messageId"].text)
            let worker = try await site.startWorker()
            let commands = try (0..<10).map { _ in
                try site.start(["messages", "resubmit", id, "--timeout-seconds", "60"])
            }
            var results: [FinishedProcess] = []
            for command in commands { results.append(try await command.finished()) }
            #expect(results.count { $0.exit == .code(0) } == 1, "\(results.map(\.output))")
            #expect(try await site.orders("COM").count == 1)

            #expect(try await site.run("messages", "discard", other).exit == .code(64))
            #expect(try await site.run("messages", "resubmit").exit == .code(64))
            #expect(try await site.run("messages", "list", "--state", "gone").exit == .code(64))
            let discarded = try await site.run("messages", "discard", other, "--reason", "sent by mistake")
            #expect(discarded.output == "\(other): discard: done, it is discarded\n", "\(discarded.errors)")
            let shown = try await site.run("messages", "show", other, "--state", "all")
            #expect(shown.output.contains("sent by mistake"), "\(shown.output)")
            try await site.stop(worker)
        }
    }
}
