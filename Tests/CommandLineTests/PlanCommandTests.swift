import Foundation
import TestSupport
import Testing
import Workload

extension Commands {
    @Suite("plan")
    struct Plan {
        @Test("The plan of an order as a tree; neither broker nor store is touched")
        func tree() async throws {
            let site = try CommandSite()
            let finished = try await site.run("plan", CommandSite.order("mobile.xml"))
            #expect(finished.exit == .code(0), "\(finished.errors)")
            #expect(
                finished.lines.contains("#1 SyncCustomer by CustomerHub: lines 1, 2, 3"),
                "\(finished.output)"
            )
            #expect(finished.output.contains("└─ #2 InitiateBilling by Billing"))
            #expect(finished.output.contains("ProvisionOrder by Provisioning.Mobile: lines 1, 2"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: site.folder.path).isEmpty)
        }

        @Test(
            "The 16-line order as JSON: every component, what it waits for, and the same bytes each time (A70)"
        )
        func json() async throws {
            let site = try CommandSite()
            let arguments = ["plan", CommandSite.order("triple-play.xml")]
            let first = try await site.run(
                arguments[0],
                arguments[1],
                "--json",
                "--now",
                "2026-11-21T08:00:00Z"
            )
            let again = try await site.run(
                arguments[0],
                arguments[1],
                "--json",
                "--now",
                "2026-11-21T08:00:00Z"
            )
            #expect(first.exit == .code(0))
            #expect(first.output == again.output)
            let plan = try first.json()
            #expect(plan["valid"].boolean == true)
            #expect(plan["role"].text == "COM")
            #expect(plan["lines"].elements.count == 16)
            #expect(plan["components"].elements.count == 14)
            let ids = Set(plan["components"].elements.compactMap { $0["id"].text })
            for component in plan["components"].elements {
                #expect(Set(component["dependsOn"].texts).isSubset(of: ids))
                #expect(component["queue"].text != nil)
            }
            let shipping = plan["components"].elements.first { $0["function"].text == "ShipOrder" }
            let untils = shipping?["waits"].elements.compactMap { $0["until"].text } ?? []
            #expect(untils.contains("milestone PROVISION DESIGNED"))
        }

        @Test(
            "The graph for Graphviz: a node for each component, a point for each group, an edge for each wait (A70)"
        )
        func graph() async throws {
            let site = try CommandSite()
            let graph = try await site.run("plan", CommandSite.order("triple-play.xml"), "--dot")
            let plan = try await site.run("plan", CommandSite.order("triple-play.xml"), "--json").json()
            #expect(graph.lines.first == "digraph \"TRIO-2001\" {")
            #expect(graph.lines.last == "}")
            // What leads to a point leads on from there.
            var edges: [String: Set<String>] = [:]
            for line in graph.lines where line.contains(" -> ") {
                let ends = line.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
                edges[ends[3], default: []].insert(ends[1])
            }
            let points = graph.lines.filter { $0.hasSuffix("[shape=point];") }
                .map { $0.split(separator: "\"")[1] }.map(String.init)
            #expect(!points.isEmpty)
            for component in plan["components"].elements {
                let direct = edges[component["id"].text ?? ""] ?? []
                let through = points.filter(direct.contains).flatMap { edges[$0] ?? [] }
                #expect(direct.subtracting(points).union(through) == Set(component["dependsOn"].texts))
            }
            #expect(graph.lines.count(where: { $0.contains("[label=") && !$0.contains(" -> ") }) == 14)
        }

        /// Where an order of a thousand lines is, in as many bundles like the example's as that makes.
        private static func longOrder(_ example: String, _ site: CommandSite) throws -> String {
            let file = site.folder.appendingPathComponent("long.xml")
            try LongOrder.write(BuiltProducts.order(example), lines: 1_000, shape: .manyBundles, to: file)
            return file.path
        }

        @Test("Many that are waited for until a milestone are told by their first and last numbers")
        func manyMilestones() async throws {
            let site = try CommandSite()
            let tree = try await site.run("plan", Self.longOrder("triple-play.xml", site))
            #expect(tree.exit == .code(0), "\(tree.errors)")
            let shipping = try #require(tree.lines.first { $0.contains(" ShipOrder by Shipping") })
            #expect(
                shipping.hasSuffix(
                    "(187 x InitiateBilling), #251-#312 (each of 62, until milestone PROVISION DESIGNED)"
                ),
                "\(shipping)"
            )
        }

        @Test(
            "A thousand lines of many bundles: a line each for people, groups in JSON, a graph that stays drawable"
        )
        func manyBundles() async throws {
            let site = try CommandSite()
            let path = try Self.longOrder("broadband-rio.xml", site)
            let tree = try await site.run("plan", path)
            #expect(tree.exit == .code(0), "\(tree.errors)")
            #expect(tree.lines.allSatisfy { $0.count < 300 })
            #expect(tree.output.contains(" x InitiateBilling)"), "\(tree.lines.suffix(3))")
            let plan = try await site.run("plan", path, "--json").json()
            let components = plan["components"].elements
            let groups = plan["groups"].elements
            #expect(groups.count > 0 && groups.allSatisfy { $0.texts.count > 100 })
            let ids = Set(components.compactMap { $0["id"].text })
            #expect(groups.allSatisfy { ids.isSuperset(of: $0.texts) })
            let provision = components.first { $0["function"].text == "ProvisionOrder" }
            let awaited = (provision?["dependsOnGroups"].elements ?? []).compactMap(\.number)
                .flatMap { groups[$0].texts }
            let billing = components.filter { $0["function"].text == "InitiateBilling" }
            #expect(Set(awaited).isSuperset(of: billing.compactMap { $0["id"].text }))
            let graph = try await site.run("plan", path, "--dot")
            #expect(graph.lines.count < 10 * 1_000)
        }

        @Test("Quotes, backslashes and control characters of a key do no harm to graph, JSON or terminal")
        func hostileKey() async throws {
            let site = try CommandSite()
            let text = try CommandSite.text("mobile.xml").replacingOccurrences(
                of: ">MOB-2002<",
                with: ">M\"\\&#x85;2<"
            )
            let path = try site.write(text, as: "order.xml")
            let graph = try await site.run("plan", path, "--dot")
            #expect(graph.lines.first == #"digraph "M\"\\\u{85}2" {"#)
            let tree = try await site.run("plan", path)
            #expect(tree.output.contains(#"Order M"\\u{85}2,"#), "\(tree.output.prefix(100))")
            #expect(try await site.run("plan", path, "--json").json()["key"].text == "M\"\\\u{85}2")
        }

        @Test("A date far ahead delays the components, counted from --now")
        func future() async throws {
            let site = try CommandSite()
            let path = CommandSite.order("future-dated.xml")
            let early = try await site.run("plan", path, "--json", "--now", "2020-01-01T00:00:00Z").json()
            #expect(early["components"].elements.allSatisfy { $0["notBefore"].text != nil })
            let late = try await site.run("plan", path, "--json", "--now", "2999-01-01T00:00:00Z").json()
            #expect(late["components"].elements.allSatisfy { $0["notBefore"].isNull })
        }

        @Test("An order with wrong content is told with every reason and its line")
        func invalidContent() async throws {
            let site = try CommandSite()
            let path = CommandSite.order("invalid-content.xml")
            let finished = try await site.run("plan", path)
            #expect(finished.exit == .code(65))
            #expect(finished.output.isEmpty)
            for code in [
                "MODE_UNKNOWN", "ACTION_UNKNOWN", "DATE_NOT_READABLE", "LINE_ID_REPEATED",
                "PARENT_LINE_UNKNOWN",
                "PARENT_LINE_CYCLE",
            ] {
                #expect(finished.errors.contains(": \(code): "), "\(code)")
            }
            let line = try CommandSite.text("invalid-content.xml").components(separatedBy: "\n")
                .enumerated().filter { $0.element.contains("<sordebo:SalesOrderLine>") }.map { $0.offset + 1 }
            // Two lines have one id; each is told where it stands.
            for (code, index) in [
                ("ACTION_UNKNOWN", 1), ("LINE_ID_REPEATED", 2), ("PARENT_LINE_UNKNOWN", 2),
                ("PRODUCT_CLASS_UNMAPPED", 2), ("DATE_NOT_READABLE", 3),
            ] {
                #expect(
                    finished.errors.contains("\(path):\(line[index]):1: \(code): "),
                    "\(code): \(finished.errors)"
                )
            }
            let json = try await site.run("plan", path, "--json")
            #expect(json.exit == .code(65))
            #expect(try json.json()["valid"].boolean == false)
            #expect(
                try json.json()["failures"].elements.count == finished.errors.split(separator: "\n").count - 1
            )
        }

        @Test(
            "What is no order at all is told with its place, and the exit code is 65",
            arguments: [
                ("not XML", "this is no XML", ":1:1: MESSAGE_NOT_XML"),
                ("nothing", "", ":1:1: MESSAGE_NOT_XML"),
                ("cut off", "<a><b>", "MESSAGE_NOT_XML"),
                (
                    "entities", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
                    "MESSAGE_UNSAFE"
                ),
                ("unknown root", "<a xmlns='urn:nobody'/>", ":1:1: MESSAGE_NOT_RECOGNIZED"),
            ]
        )
        func noOrder(what: String, text: String, complaint: String) async throws {
            let site = try CommandSite()
            let finished = try await site.run("plan", "-", input: text)
            #expect(finished.exit == .code(65), "\(what): \(finished.errors)")
            #expect(finished.errors.hasPrefix("<stdin>:"), "\(what): \(finished.errors)")
            #expect(finished.errors.contains(complaint), "\(what): \(finished.errors)")
            #expect(finished.output.isEmpty)
        }

        @Test("A place in the middle of a document is told")
        func place() async throws {
            let site = try CommandSite()
            let path = CommandSite.order("not-well-formed.xml")
            let bad = try CommandSite.text("not-well-formed.xml").components(separatedBy: "\n")
                .firstIndex { $0.contains("</corecom:Nome>") }
            let finished = try await site.run("plan", path)
            #expect(finished.errors.hasPrefix("\(path):\((bad ?? 0) + 1):"), "\(finished.errors)")
            // The place once, and whole sentences.
            let what =
                "MESSAGE_NOT_XML: an end tag that does not match its start tag. The sender must correct the document."
            #expect(finished.errors.hasSuffix(": \(what)\n"), "\(finished.errors)")
        }

        @Test("An endless input is read up to the limit only")
        func endless() async throws {
            let site = try CommandSite()
            let finished = try await site.run("plan", "/dev/zero")
            #expect(finished.exit == .code(65))
            #expect(finished.errors.contains("MESSAGE_TOO_LARGE"), "\(finished.errors)")
        }

        @Test("Files that cannot be read are bad input", arguments: ["/nonexistent/order.xml", "/tmp"])
        func unreadable(path: String) async throws {
            let finished = try await CommandSite().run("plan", path)
            #expect(finished.exit == .code(65))
            #expect(finished.errors.hasPrefix("\(path): "), "\(finished.errors)")
        }

        @Test(
            "Wrong options are wrong usage",
            arguments: [
                ["plan"], ["plan", "x.xml", "--json", "--dot"], ["plan", "x.xml", "--now", "tomorrow"],
                ["plan", "x.xml", "--sideways"],
            ]
        )
        func usage(arguments: [String]) async throws {
            let process = try ChildProcess(try BuiltProducts.waystation(), arguments)
            let finished = try await process.finished()
            #expect(finished.exit == .code(64), "\(finished.errors)")
            #expect(finished.errors.contains("Usage: waystation"))
        }

        @Test("A role is chosen by what it accepts, or by name")
        func role() async throws {
            let site = try CommandSite()
            let refused = try await site.run("plan", CommandSite.order("mobile.xml"), "--role", "SOM")
            #expect(refused.exit == .code(65))
            #expect(
                refused.errors.contains("role SOM takes no ProcessSalesOrderFulfillmentEBM"),
                "\(refused.errors)"
            )
            let foreign = try await site.run("plan", CommandSite.order("central-order.xml"), "--json").json()
            #expect(foreign["key"].text == "CENTRAL-3001")
        }
    }
}
