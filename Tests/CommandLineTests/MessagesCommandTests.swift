import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    @Suite("Failed messages")
    struct MessagesTests {
        /// Two orders that a catalog of COM refused because it takes none of the usual format.
        private static func refusedOrders(_ site: CommandSite) async throws {
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

        @Test("Ten commands at the same time resubmit once; discarding wants a reason")
        func tenAtOnce() async throws {
            let site = try CommandSite()
            try await Self.refusedOrders(site)
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
