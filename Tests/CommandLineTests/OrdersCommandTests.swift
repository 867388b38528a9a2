import Foundation
import TestSupport
import Testing

extension Commands {
    @Suite("orders")
    struct Orders {
        /// Two orders that are complete with their provisioning, one that is invalid, one that has only begun.
        private func filledSite() throws -> CommandSite {
            let site = try CommandSite()
            let filled = try FilledStore(site)
            try filled.send("mobile.xml")
            try filled.send("broadband-rio.xml")
            try filled.send("invalid-content.xml")
            try filled.settle()
            try filled.send("qualify.xml")
            try filled.settle(messagesMax: 1)
            try filled.close()
            return site
        }

        @Test("JSON has the fields that scripts read (A70)")
        func json() async throws {
            let site = try filledSite()
            let finished = try await site.run("orders", "--json")
            #expect(finished.exit == .code(0), "\(finished.errors)")
            let orders = try finished.json().elements
            #expect(orders.count == 6)
            for order in orders {
                #expect(
                    order.keys == [
                        "key", "role", "revision", "state", "status", "priority", "components", "created",
                        "updated", "closed",
                    ]
                )
                #expect(order["components"].keys == ["total", "completed", "failed"])
            }
            let mobile = orders.first { $0["key"].text == "MOB-2002" }
            #expect(mobile?["role"].text == "COM")
            #expect(mobile?["state"].text == "Completed")
            #expect(mobile?["status"].text == "COMPLETE")
            #expect(mobile?["revision"].number == 1)
            #expect(mobile?["components"]["total"].number == 5)
            #expect(mobile?["components"]["completed"].number == 5)
            #expect(mobile?["components"]["failed"].number == 0)
            #expect(mobile?["created"].text == "2026-11-21T08:00:01.000Z")
            let updates = orders.compactMap { $0["updated"].text }
            #expect(updates == updates.sorted(by: >))
            #expect(orders.first?["key"].text == "BB-2005")
        }

        @Test("Orders that an incident has locked are listed, and shown as such (A62)")
        func locked() async throws {
            let site = try CommandSite()
            site.config = try site.configuration(
                replacingInCatalog: "\nmodes:",
                by: "\ncontainment: order\nmodes:"
            )
            let filled = try FilledStore(site)
            try filled.send("mobile.xml")
            try filled.send("refused-speed.xml")
            try filled.send("invalid-content.xml")
            try filled.settle()
            try filled.close()
            let listed = try await site.run("orders", "--locked", "--json")
            #expect(listed.exit == .code(0), "\(listed.errors)")
            let orders = try listed.json().elements
            #expect(orders.map { $0["role"].text } == ["COM"])
            let key = try #require(orders.first?["key"].text)
            let report = try await site.run("order", key, "--role", "COM")
            #expect(report.output.contains("LOCKED by incident 1: nothing of it is asked for"))
            let shown = try await site.run("order", key, "--role", "COM", "--json")
            #expect(try shown.json()["group"].text == "LOCKED")
            let other = try await site.run("order", "MOB-2002", "--role", "COM", "--json")
            #expect(try other.json()["group"].text == "READY")
            let invalid = try await site.run("order", "BB-2009", "--json")
            #expect(try invalid.json()["group"].text == "ERRORED")
        }

        @Test(
            "States are found whatever their case, spaces and underscores",
            arguments: [
                ("failed", ["BB-2009"]), ("In Progress", ["BB-2005"]), ("in_progress", ["BB-2005"]),
                ("IN-PROGRESS", ["BB-2005"]), ("open.not_running.failed", ["BB-2009"]), ("aborted", []),
            ]
        )
        func state(text: String, keys: [String]) async throws {
            let site = try filledSite()
            let orders = try await site.run("orders", "--json", "--state", text).json().elements
            #expect(orders.compactMap { $0["key"].text } == keys)
        }

        @Test("Role, time and limit")
        func filters() async throws {
            let site = try filledSite()
            let provisioning = try await site.run("orders", "--json", "--role", "SOM").json().elements
            #expect(provisioning.count == 2)
            #expect(provisioning.allSatisfy { $0["role"].text == "SOM" })
            #expect(try await site.run("orders", "--json", "--since", "2999-01-01").json().elements.isEmpty)
            #expect(
                try await site.run("orders", "--json", "--since", "2026-11-21T08:00:00Z").json().elements
                    .count == 6
            )
            let last = try await site.run("orders", "--json").json()[0]["updated"].text ?? ""
            #expect(try await site.run("orders", "--json", "--since", last).json().elements.count == 1)
            let limited = try await site.run("orders", "--limit", "2")
            #expect(limited.lines.count == 3)
            #expect(limited.errors.contains("there are more"))
            let exact = try await site.run("orders", "--limit", "6")
            #expect(exact.errors.isEmpty)
        }

        @Test("A table for people")
        func table() async throws {
            let site = try filledSite()
            let finished = try await site.run("orders")
            #expect(finished.lines.first?.split(separator: " ").last == "KEY")
            #expect(
                finished.lines.contains {
                    $0.hasSuffix(" MOB-2002") && $0.contains(" Completed ") && $0.contains(" 5/5 ")
                }
            )
            let none = try await site.run("orders", "--state", "aborted")
            #expect(none.output == "No orders match.\n")
        }

        @Test("Beside a running writer")
        func besideWriter() async throws {
            let site = try CommandSite()
            let filled = try FilledStore(site)
            try filled.send("mobile.xml")
            try filled.settle(messagesMax: 3)
            #expect(try await site.run("orders", "--json").json().elements.count == 1)
            try filled.settle()
            #expect(try await site.run("orders", "--json", "--state", "completed").json().elements.count == 2)
            try filled.close()
        }

        @Test(
            "Unknown states, times, limits and roles are wrong usage, with the right ones",
            arguments: [
                (["--state", "done"], "Completed"), (["--since", "yesterday"], "10m"),
                (["--limit", "0"], "1 to"),
                (["--role", "XYZ"], "COM, SOM"), (["--since", "99999999999999999d"], "10m"),
            ]
        )
        func usage(arguments: [String], right: String) async throws {
            let finished = try await CommandSite().run(["orders"] + arguments)
            #expect(finished.exit == .code(64), "\(finished.errors)")
            #expect(finished.errors.contains(right), "\(finished.errors)")
        }

        @Test(
            "A store that is not there: 69, with what to do",
            arguments: [
                ["orders"], ["order", "X"], ["stats"], ["verify"],
            ]
        )
        func noStore(arguments: [String]) async throws {
            let site = try CommandSite()
            let missing = try await site.run(arguments)
            #expect(missing.exit == .code(69))
            #expect(missing.errors.contains(site.storePath), "\(missing.errors)")
            #expect(missing.errors.contains("the worker makes the store"), "\(missing.errors)")
            #expect(!FileManager.default.fileExists(atPath: site.storePath))
        }
    }
}
