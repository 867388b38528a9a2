import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    @Suite("Corrections of fallout")
    struct CorrectionTests {
        /// What `fallout list` tells with these arguments.
        private func incidents(_ site: CommandSite, _ arguments: String...) async throws -> [JSONDocument] {
            try await site.run(["fallout", "list", "--json"] + arguments).json().elements
        }

        private func order(_ key: String, _ role: String, _ site: CommandSite) async throws -> JSONDocument {
            try await site.run("order", key, "--role", role, "--json").json()
        }

        private func submitRefused(_ keys: [String], _ site: CommandSite) async throws {
            let text = try CommandSite.text("refused-speed.xml")
            for (at, key) in keys.enumerated() {
                let copy = text.replacingOccurrences(of: "BB-2010", with: key)
                    .replacingOccurrences(of: "9c10-000000000010", with: "9c10-00000000a01\(at)")
                    .replacingOccurrences(of: "8e21-000000002010", with: "8e21-00000000a01\(at)")
                try await site.expectSuccess("submit", site.write(copy, as: "\(key).xml"))
            }
        }

        @Test("What a system refused is fixed, completed, resolved and aborted, one and all that fit (A54)")
        func decisions() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            let keys = ["BB-A0", "BB-A1", "BB-A2", "BB-A3"]
            try await submitRefused(keys, site)
            try await eventually("every order has an incident in both roles", seconds: 60, every: 0.25) {
                try await incidents(site, "--all").count == 2 * keys.count
            }
            #expect(try await incidents(site, "--system", "Inventory").count == keys.count)
            #expect(try await incidents(site, "--component", "ProvisionOrder").count == keys.count)
            #expect(try await incidents(site, "--component", "DesignService").count == keys.count)
            #expect(try await incidents(site, "--component", "ShipOrder").isEmpty)
            let part = try #require(try await incidents(site, "BB-A1", "--role", "COM").first)
            let component = try #require(part["component"].text)
            #expect(try await incidents(site, "BB-A1", "--component", component).count == 1)

            // The value goes out anew: the system refused the old one, and takes this one.
            let fixed = try await site.run(
                ["fallout", "fix", "BB-A0", "--role", "COM", "--set", "2:typeADSL=DSL_16M"]
                    + ["--by", "ana", "--reason", "sold too much"]
            )
            #expect(fixed.exit == .code(0), "\(fixed.output)\(fixed.errors)")
            try await eventually("the fixed order is complete", seconds: 60, every: 0.25) {
                try await order("BB-A0", "COM", site)["state"].text == "Completed"
            }
            let history = try await order("BB-A0", "COM", site)["history"].elements
            let changes = history.filter { $0["event"].text == "dataFixed" }
            #expect(changes.map { $0["before"].text } == ["DSL_64M"])
            #expect(changes.map { $0["value"].text } == ["DSL_16M"])
            let story = try await site.run("order", "BB-A0", "--role", "COM")
            #expect(
                story.output.contains("typeADSL of line 2 is corrected from 'DSL_64M' to 'DSL_16M'."),
                "\(story.output)"
            )
            #expect(try await incidents(site, "BB-A0", "--role", "COM").isEmpty)

            try await site.expectSuccess("fallout", "complete", "BB-A1", "--role", "COM")
            try await eventually("the order completed by hand goes on to its end", seconds: 60, every: 0.25) {
                try await order("BB-A1", "COM", site)["state"].text == "Completed"
            }
            try await site.expectSuccess(
                ["fallout", "resolve", "BB-A2", "--role", "COM", "--component", component]
                    .map { $0.replacingOccurrences(of: "BB-A1", with: "BB-A2") }
            )
            let resolved = try await order("BB-A2", "COM", site)
            #expect(resolved["status"].text?.hasPrefix("IN_PROGRESS") ?? false, "\(resolved["status"])")

            let asked = ["fallout", "abort", "--all", "--role", "COM"]
            let preview = try await site.run(asked)
            #expect(preview.exit == .code(0) && preview.output.contains("BB-A3"), "\(preview.output)")
            #expect(!preview.output.contains("BB-A0"))
            #expect(preview.errors.contains("abort for 1 operation on 1 order; nothing was sent"))
            #expect(try await order("BB-A3", "COM", site)["state"].text == "In Progress")
            try await site.expectSuccess(asked + ["--yes"])
            #expect(try await order("BB-A3", "COM", site)["state"].text == "Aborted")
            #expect(try await incidents(site, "--role", "COM").isEmpty)

            // What is skipped lets its order go on, to the next part that the system refuses.
            for part in ["DesignService", "CompleteDelivery"] {
                try await eventually(
                    "\(part) waits for a decision in each order of SOM",
                    seconds: 60,
                    every: 0.25
                ) {
                    let waiting = try await incidents(site, "--system", "Inventory")
                    return waiting.count == 3
                        && waiting.allSatisfy { $0["component"].text?.hasPrefix(part) ?? false }
                }
                try await site.expectSuccess("fallout", "skip", "--system", "Inventory", "--yes")
            }
            try await eventually("all orders of SOM are at their end", seconds: 60, every: 0.25) {
                try await site.run("orders", "--role", "SOM", "--json").json().elements.allSatisfy {
                    $0["state"].text == "Completed"
                }
            }
            try await eventually("nothing waits for a decision", seconds: 60, every: 0.25) {
                try await incidents(site, "--all").isEmpty
            }
            #expect(try await site.run("verify").exit == .code(0))
            try await site.stop(systems)
            try await site.stop(worker)
        }

        @Test("A value is fixed by the end of its path, as conditions name it")
        func fixedByEnd() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            try await site.expectSuccess("submit", CommandSite.order("revisions/fiber-1-refused.xml"))
            try await eventually("an incident of COM", seconds: 60, every: 0.25) {
                try await incidents(site, "--role", "COM").count == 1
            }
            let asked = ["fallout", "fix", "REV-3002", "--role", "COM", "--set"]
            try await site.expectSuccess(asked + ["2:CityName=Rio de Janeiro"])
            try await eventually("the fiber is laid", seconds: 60, every: 0.25) {
                try await order("REV-3002", "COM", site)["components"].elements.contains {
                    $0["state"].text == "COMPLETE-PROVISION_COMPLETE"
                }
            }
            let change = try await order("REV-3002", "COM", site)["history"].elements.first {
                $0["event"].text == "dataFixed"
            }
            #expect(change?["name"].text == "ServiceAddress/CityName")
            #expect(change?["before"].text == "Curitiba")
            try await site.stop(systems)
            try await site.stop(worker)
        }

        @Test("Values are set once for an order, however many of its parts have failed")
        func fixedOnce() async throws {
            let site = try CommandSite()
            let billed = "        - {status: COMPLETE, after: PT0.1S, description: Billing set up}\n"
            site.config = try site.configuration(
                replacingInCatalog: billed,
                by: billed + "      refuse:\n        - {when: {action: ADD}, reason: NO_ACCOUNT}\n"
            )
            try await site.applyTopology()
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            try await site.expectSuccess("submit", CommandSite.order("triple-play.xml"))
            try await eventually("all billing is refused", seconds: 60, every: 0.25) {
                let known = try await site.run("order", "TRIO-2001", "--role", "COM", "--json")
                guard known.exit == .code(0) else { return false }
                let parts = try known.json()["components"].elements.count {
                    $0["function"].text == "InitiateBilling"
                }
                let refused = try await incidents(site, "--component", "InitiateBilling").count
                return refused > 1 && refused == parts
            }
            let fixed = try await site.run("fallout", "fix", "TRIO-2001", "--set", "segment=Home", "--json")
            #expect(fixed.exit == .code(0), "\(fixed.output)")
            #expect(try fixed.json().elements.count == 1, "\(fixed.output)")
            let history = try await order("TRIO-2001", "COM", site)["history"].elements
            #expect(history.count { $0["event"].text == "dataFixed" } == 1)
            #expect(history.count { $0["event"].text == "incidentClosed" } > 1)
            try await site.stop(systems)
            try await site.stop(worker)
        }

        @Test("A cancellation beyond a point of no return is told as refused, with its reason")
        func cancelBeyondReturn() async throws {
            let site = try CommandSite()
            site.config = try site.configuration(
                replacingInCatalog: "    onRemoval: none                # and who cancels stays known",
                by: "    pointsOfNoReturn: [{state: COMPLETE, is: hard}]"
            )
            try await site.applyTopology()
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            try await submitRefused(["BB-2010"], site)
            try await eventually("an incident of COM", seconds: 60, every: 0.25) {
                try await incidents(site, "--role", "COM").count == 1
            }
            let cancelled = try await site.run("order", "cancel", "BB-2010", "--json")
            #expect(cancelled.exit == .code(1), "\(cancelled.output)")
            let result = try cancelled.json()[0]
            #expect(result["result"].text == "refused")
            #expect(
                result["text"].text?.hasPrefix("POINT_OF_NO_RETURN: ") ?? false,
                "\(result["text"])"
            )
            let untouched = try await order("BB-2010", "COM", site)
            #expect(untouched["state"].text == "In Progress")
            #expect(untouched["components"].elements.allSatisfy { $0["state"].text != "CANCELLED" })
            try await site.stop(systems)
            try await site.stop(worker)
        }

        @Test("An order that follows one which is not known, or is over, is listed, asked again and released")
        func followOn() async throws {
            let site = try CommandSite()
            site.config = try site.configuration(
                replacingInCatalog: "changes:\n  beyondReturn: refuse",
                by: "followOn: {unknownBase: fallout}\nchanges:\n  beyondReturn: refuse"
            )
            try await site.applyTopology()
            let worker = try await site.startWorker()
            try await site.expectSuccess(
                "submit",
                CommandSite.order("follow-on/mobile-after-triple-play.xml")
            )
            try await eventually("an incident about the base", seconds: 30, every: 0.2) {
                try await incidents(site, "--code", "BASE_ORDER_UNKNOWN").count == 1
            }
            let listed = try await incidents(site, "--all")
            #expect(listed.map { $0["key"].text } == ["MOB-4001"])
            let shown = try await site.run("fallout", "show", "MOB-4001")
            #expect(shown.output.contains("BASE_ORDER_UNKNOWN"), "\(shown.output)")
            #expect(shown.output.contains("TRIO-2001"), "\(shown.output)")

            try await site.expectSuccess("submit", CommandSite.order("triple-play.xml"))
            try await eventually("the base is there", seconds: 30, every: 0.2) {
                try await site.orders("COM").count == 2
            }
            try await site.expectSuccess("order", "abort", "TRIO-2001")
            let retry = ["fallout", "retry", "--code", "BASE_ORDER_UNKNOWN"]
            let preview = try await site.run(retry)
            #expect(preview.output.contains("MOB-4001"), "\(preview.output)")
            #expect(preview.errors.contains("nothing was sent, add --yes to do it"))
            try await site.expectSuccess(retry + ["--yes"])
            try await eventually("the base is over", seconds: 30, every: 0.2) {
                try await incidents(site, "--code", "BASE_ORDER_ENDED").count == 1
            }
            #expect(try await incidents(site, "--code", "BASE_ORDER_UNKNOWN").isEmpty)
            #expect(
                try await order("MOB-4001", "COM", site)["components"].elements.allSatisfy {
                    $0["processing"].text == "NotStarted"
                }
            )
            try await site.expectSuccess("fallout", "resolve", "--code", "BASE_ORDER_ENDED", "--yes")
            #expect(try await incidents(site, "--all").isEmpty)
            let released = try await order("MOB-4001", "COM", site)["components"].elements.filter {
                $0["processing"].text != "NotStarted"
            }
            #expect(released.compactMap { $0["function"].text } == ["SyncCustomer"])
            try await site.stop(worker)
        }
    }
}
