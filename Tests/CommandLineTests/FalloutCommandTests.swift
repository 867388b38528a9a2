import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    @Suite("Operations and fallout")
    struct FalloutTests {
        @Test("An order is suspended, resumed and aborted by commands that wait for the worker")
        func order() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try await site.startWorker()
            try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
            try await eventually("the order is there", seconds: 30, every: 0.1) {
                try await !site.orders("COM").isEmpty
            }
            let suspended = try await site.run(
                "order",
                "suspend",
                "MOB-2002",
                "--by",
                "ana",
                "--reason",
                "moves"
            )
            #expect(suspended.exit == .code(0), "\(suspended.errors)")
            #expect(suspended.output == "MOB-2002: suspend: done, the order is Suspended\n")
            let again = try await site.run("order", "suspend", "MOB-2002", "--json")
            #expect(again.exit == .code(1))
            #expect(try again.json()[0]["result"].text == "refused")
            #expect(try again.json()[0]["text"].text?.hasPrefix("TRANSACTION_NOT_PERMITTED: ") ?? false)
            try await site.expectSuccess("order", "resume", "COM/MOB-2002")
            try await site.expectSuccess("order", "abort", "MOB-2002", "--role", "COM")
            let report = try await site.run("order", "MOB-2002")
            #expect(report.output.contains("ana asked for suspend: moves."), "\(report.output)")
            #expect(report.output.hasPrefix("Order MOB-2002 of role COM, revision 1: Aborted"))
            #expect(try await site.run("order", "cancel", "NO-1").exit == .code(1))
            try await site.stop(worker)
            let waiting = try await site.run("order", "fail", "MOB-2002", "--timeout-seconds", "0.3")
            #expect(waiting.exit == .code(69), "\(waiting.errors)")
            #expect(waiting.output.contains("fail: waiting, the message is in queue AIA_ORDEROPS_IN_JMSQ"))
        }

        @Test("An order that is over is deleted when one says so twice; who did it and why is kept (A47)")
        func delete() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try await site.startWorker()
            try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
            try await eventually("the order is there", seconds: 30, every: 0.1) {
                try await !site.orders("COM").isEmpty
            }
            let unsaid = try await site.run("order", "delete", "MOB-2002", "--yes")
            #expect(unsaid.exit == .code(64), "\(unsaid.errors)")
            let asked = ["order", "delete", "MOB-2002", "--by", "ana", "--reason", "sent by a test"]
            let refused = try await site.run(asked + ["--yes"])
            #expect(refused.exit == .code(1), "\(refused.errors)")
            #expect(refused.output.contains("transaction delete refused in state In Progress"))
            try await site.expectSuccess("order", "abort", "MOB-2002")
            let shown = try await site.run(asked)
            #expect(shown.errors.contains("nothing was sent, add --yes to do it"))
            #expect(try await !site.orders("COM").isEmpty)
            let deleted = try await site.run(asked + ["--yes"])
            #expect(deleted.exit == .code(0), "\(deleted.errors)")
            #expect(deleted.output == "MOB-2002: delete: done, the order is deleted\n")
            #expect(try await site.orders("COM").isEmpty)
            let gone = try await site.run("order", "MOB-2002")
            #expect(gone.exit == .code(1))
            #expect(gone.errors.contains("MOB-2002 of role COM was deleted by ana"), "\(gone.errors)")
            #expect(gone.errors.contains("sent by a test (revision 1, last Aborted)"))
            let kept = try await site.run("orders", "--deleted", "--json").json().elements
            #expect(kept.map { $0["by"].text } == ["ana"])
            #expect(kept.map { $0["state"].text } == ["Aborted"])
            try await site.stop(worker)
        }

        @Test(
            "An order marked as failed is resolved, and a silent component asked again, without an incident"
        )
        func withoutIncident() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try await site.startWorker()
            try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
            try await eventually("the order is there", seconds: 30, every: 0.1) {
                try await !site.orders("COM").isEmpty
            }
            #expect(try await site.run("fallout", "resolve", "MOB-2002").exit == .code(1))
            try await site.expectSuccess("order", "fail", "MOB-2002")
            let resolved = try await site.run("fallout", "resolve", "MOB-2002", "--by", "ana")
            #expect(resolved.exit == .code(0), "\(resolved.errors)")
            #expect(resolved.output == "MOB-2002: resolve: done, the order is In Progress\n")

            let order = try await site.run("order", "MOB-2002", "--json").json()
            let component = try #require(
                order["components"].elements.compactMap { $0["id"].text }.first {
                    $0.hasPrefix("SyncCustomer")
                }
            )
            let again = try await site.run("fallout", "retry", "MOB-2002", "--component", component, "--json")
            #expect(again.exit == .code(0), "\(again.output)\(again.errors)")
            #expect(try again.json()[0]["component"].text == component)
            let wrong = try await site.run("fallout", "skip", "MOB-2002", "--component", "Nobody", "--json")
            #expect(wrong.exit == .code(1))
            #expect(try wrong.json()[0]["text"].text?.hasPrefix("OPERATION_INVALID: ") ?? false)
            try await site.stop(worker)
        }

        @Test("What a system refused is listed, shown, assigned and tried again by its cause")
        func fallout() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            try await site.expectSuccess("submit", CommandSite.order("refused-speed.xml"))
            try await eventually("an incident of COM", seconds: 60, every: 0.2) {
                try await site.run("fallout", "list", "--json", "--role", "COM").json().elements.count == 1
            }
            let items = try await site.run("fallout", "list", "--json").json()
            let item = try #require(items.elements.first { $0["role"].text == "COM" })
            #expect(item["key"].text == "BB-2010")
            #expect(item["failure"]["code"].text == "SYSTEM_REFUSED")
            #expect(item["incident"].number == 1)
            let shown = try await site.run("fallout", "show", "BB-2010")
            #expect(shown.output.contains("SYSTEM_REFUSED (business)"), "\(shown.output)")
            let details = try await site.run("fallout", "show", "BB-2010", "--role", "COM", "--json").json()
            #expect(details.elements.count == 1 && details[0]["incident"].number == 1)
            #expect(details[0]["failure"]["correctiveAction"].text?.isEmpty == false)

            let preview = try await site.run("fallout", "assign", "--code", "SYSTEM_REFUSED", "--to", "bruno")
            #expect(preview.exit == .code(0))
            #expect(preview.errors.contains("nothing was sent, add --yes to do it"))
            try await site.expectSuccess(
                "fallout",
                "assign",
                "--code",
                "SYSTEM_REFUSED",
                "--role",
                "COM",
                "--to",
                "bruno",
                "--yes"
            )
            let assigned = try await site.run("fallout", "list", "BB-2010", "--json").json()
            #expect(assigned[0]["assignee"].text == "bruno")

            try await site.expectSuccess("fallout", "skip", "BB-2010", "--reason", "done by hand")
            #expect(try await site.run("fallout", "list", "BB-2010", "--json").json().elements.isEmpty)
            #expect(try await site.run("fallout", "retry").exit == .code(64))
            #expect(try await site.run("fallout", "fix", "BB-2010", "--set", "novalue").exit != .code(0))
            try await site.stop(systems)
            try await site.stop(worker)
        }

        @Test("An order that a wrong catalog made invalid is tried again once that is corrected (A53, A56)")
        func bornInvalid() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let good = site.config
            site.config = try site.configuration(
                replacingInCatalog: "  Prepaid Mobile Service Plan Class: Service.Mobile\n",
                by: ""
            )
            let mistaken = try await site.startWorker()
            site.config = good
            try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
            try await eventually("an incident", seconds: 30, every: 0.1) {
                try await site.run("fallout", "list", "--json").json().elements.count == 1
            }
            let item = try await site.run("fallout", "list", "--json").json()[0]
            #expect(item["key"].text == "MOB-2002" && item["incident"].number == 1)
            #expect(item["component"].isNull)
            let shown = try await site.run("fallout", "show", "MOB-2002")
            #expect(shown.output.hasPrefix("Order MOB-2002 of role COM, incident 1\n"), "\(shown.output)")

            // The catalog is as it was: it fails again, and a new incident says why.
            try await site.expectSuccess("fallout", "retry", "MOB-2002")
            let again = try await site.run("fallout", "list", "--json").json()
            #expect(again.elements.compactMap { $0["incident"].number } == [2])
            let skipped = try await site.run("fallout", "skip", "MOB-2002", "--json")
            #expect(try skipped.json()[0]["result"].text == "refused", "\(skipped.output)")
            try await site.stop(mistaken)

            let worker = try await site.startWorker()
            let retried = try await site.run("fallout", "retry", "MOB-2002", "--by", "ana")
            #expect(retried.exit == .code(0), "\(retried.errors)")
            #expect(
                retried.output == "MOB-2002: retry incident 2: done, the order is In Progress\n",
                "\(retried.output)"
            )
            #expect(try await site.run("fallout", "list", "--json").json().elements.isEmpty)
            let order = try await site.run("order", "MOB-2002", "--json").json()
            #expect(order["state"].text == "In Progress" && !order["components"].elements.isEmpty)
            try await site.stop(worker)
        }
    }
}
