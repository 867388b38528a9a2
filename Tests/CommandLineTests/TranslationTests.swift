import Foundation
import TestSupport
import Testing

extension Commands {
    @Suite("What operators see of translated values (A33)")
    struct Translations {
        private static let shop = BuiltProducts.packageFolder.appending(path: "Examples/commerce")

        private func site() throws -> CommandSite {
            let site = try CommandSite()
            let text = try String(contentsOf: Self.shop.appending(path: "queues.yaml"), encoding: .utf8)
                .replacingOccurrences(
                    of: "catalog: shop.yaml",
                    with: "catalog: \(Self.shop.appending(path: "shop.yaml").path)"
                )
                .replacingOccurrences(
                    of: "${RABBITMQ_URL:-amqp://guest:guest@127.0.0.1:5672/}",
                    with: "embedded:\(site.brokerPath)"
                )
                .replacingOccurrences(
                    of: "sqlite:${WAYSTATION_DATA:-data}/shop.db",
                    with: "sqlite:\(site.storePath)"
                )
            site.config = try site.write(text, as: "queues.yaml")
            return site
        }

        private static func order(_ name: String) -> String {
            shop.appending(path: "orders/\(name).xml").path
        }

        private static let table = [
            "Translated values", "  FIELD     LINES  HERE    THERE    FOR",
            "  priority         9       express  the sender",
            "  account          C-2044  D-10511  Accounting",
        ]

        @Test("A plan says what is called otherwise, by whom, and how")
        func plan() async throws {
            let site = try site()
            let text = try await site.run("plan", Self.order("split-order"))
            #expect(text.exit == .code(0), "\(text.errors)")
            #expect(Array(text.lines.suffix(4)) == Self.table, "\(text.output)")
            #expect(text.output.contains("mode Sale, priority 9, catalog shop"))
            let json = try await site.run("plan", Self.order("split-order"), "--json").json()
            let values = json["translated"].elements
            #expect(values.map { $0["field"].text } == ["priority", "account"])
            #expect(values.map { $0["here"].text } == ["9", "C-2044"])
            #expect(values.map { $0["there"].text } == ["express", "D-10511"])
            #expect(values.map { $0["system"].text } == [nil, "Accounting"])
            #expect(values.allSatisfy { $0["line"].isNull })
        }

        @Test("Lines with the same word share a row; a plan without translations has no table")
        func lines() async throws {
            let site = try site()
            let catalog = try String(contentsOf: Self.shop.appending(path: "shop.yaml"), encoding: .utf8)
                .replacingOccurrences(
                    of: "  - {field: priority, map: DeliverySpeeds}\n",
                    with: "  - {field: productClass, map: Kinds}\n  - {field: sku, map: Items}\n"
                )
                .replacingOccurrences(
                    of: "  DeliverySpeeds:\n    values: {economy: \"2\", standard: \"5\", express: \"9\"}\n"
                        + "    unmapped: {default: \"5\"}       #",
                    with: "  Kinds: {values: {GOODS: goods}}\n  Items: {values: {CUP-3: K-3}}  #"
                )
            let path = try site.write(catalog, as: "shop.yaml")
            let config = try String(contentsOfFile: site.config, encoding: .utf8)
                .replacingOccurrences(of: Self.shop.appending(path: "shop.yaml").path, with: path)
            try site.write(config, as: "queues.yaml")
            let order = try String(contentsOfFile: Self.order("small-order"), encoding: .utf8)
                .replacingOccurrences(of: "kind=\"goods\"", with: "kind=\"GOODS\"")
            let finished = try await site.run("plan", try site.write(order, as: "order.xml"))
            #expect(finished.exit == .code(0), "\(finished.errors)")
            #expect(
                finished.lines.contains("  productClass  1, 2   goods   GOODS    the sender"),
                "\(finished.output)"
            )
            #expect(
                finished.lines.contains("  sku           1      K-3     CUP-3    the sender"),
                "\(finished.output)"
            )
            let plain = try await CommandSite().run("plan", CommandSite.order("mobile.xml"))
            #expect(plain.exit == .code(0) && !plain.output.contains("Translated"))
        }

        @Test("What a system is told by several of its components stands there once")
        func severalComponents() async throws {
            let site = try CommandSite()
            let examples = BuiltProducts.packageFolder.appending(path: "Examples/broadband")
            let catalog = try String(contentsOf: examples.appending(path: "com.yaml"), encoding: .utf8)
                .replacingOccurrences(
                    of: "    target: BRM_01\n",
                    with: "    target: BRM_01\n    translate: [{field: account, map: Accounts}]\n"
                )
            let map = "valueMaps: {Accounts: {values: {x: y}, unmapped: {default: B-1}}}\n"
            try site.configure(replacing: [])
            let path = try site.write(catalog + map, as: "com.yaml")
            let config = try String(contentsOfFile: site.config, encoding: .utf8)
                .replacingOccurrences(of: examples.appending(path: "com.yaml").path, with: path)
            try site.write(config, as: "queues.yaml")
            let plan = try await site.run("plan", CommandSite.order("mobile.xml"), "--json").json()
            let billing = plan["components"].elements.filter { $0["system"].text == "Billing" }
            #expect(billing.count > 1)
            #expect(plan["translated"].elements.map { $0["there"].text } == ["B-1"])
        }

        @Test("An order shows the same, and its history counts what was translated on arrival")
        func order() async throws {
            let site = try site()
            let filled = try FilledStore(site)
            let body = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.order("split-order"))))
            filled.send(body, to: "SHOP_EXPRESS_ORDERS")
            try filled.settle()
            try filled.close()
            let report = try await site.run("order", "W-70002")
            #expect(report.exit == .code(0), "\(report.errors)")
            #expect(report.output.contains(Self.table.joined(separator: "\n")), "\(report.output)")
            #expect(report.output.contains("mode Sale, priority 9. 1 value of it is translated."))
            let json = try await site.run("order", "W-70002", "--json").json()
            #expect(json["translated"].elements.map { $0["there"].text } == ["express", "D-10511"])
            #expect(json["priority"].number == 9)
            #expect(try await site.run("verify").exit == .code(0))
        }

        @Test("An order goes to the urgent queue by what its priority means, not by what it is called")
        func urgent() async throws {
            let site = try site()
            #expect(try await site.run("topology", "apply").exit == .code(0))
            for (name, queue) in [("split-order", "SHOP_EXPRESS_ORDERS"), ("small-order", "SHOP_ORDERS")] {
                let sent = try await site.run("submit", Self.order(name), "--json")
                #expect(sent.exit == .code(0), "\(sent.errors)")
                #expect(try sent.json()[0]["queue"].text == queue)
            }
        }

        @Test("What a map refuses is told with the line of the order where it stands")
        func refused() async throws {
            let site = try site()
            let catalog = try String(contentsOf: Self.shop.appending(path: "shop.yaml"), encoding: .utf8)
                .replacingOccurrences(of: "unmapped: {default: D-99999}", with: "unmapped: refuse")
                .replacingOccurrences(
                    of: "  - {field: priority, map: DeliverySpeeds}\n",
                    with: "  - {field: priority, map: DeliverySpeeds}\n  - {field: sku, map: Items}\n"
                )
                .replacingOccurrences(
                    of: "valueMaps:\n",
                    with: "valueMaps:\n  Items: {values: {CUP-3: K-3}, unmapped: refuse}\n"
                )
            let path = try site.write(catalog, as: "shop.yaml")
            let config = try String(contentsOfFile: site.config, encoding: .utf8)
                .replacingOccurrences(of: Self.shop.appending(path: "shop.yaml").path, with: path)
            try site.write(config, as: "queues.yaml")
            let order = Self.order("small-order")
            let finished = try await site.run("plan", order)
            #expect(finished.exit == .code(65))
            let text = try String(contentsOfFile: order, encoding: .utf8).components(separatedBy: "\n")
            let line = try #require(text.firstIndex { $0.contains("position=\"2\"") }) + 1
            #expect(
                finished.errors.contains(
                    "\(order):\(line):1: VALUE_UNMAPPED: sku 'POT-1' of line 2 is not in value map Items. "
                        + "Add the value to value map Items in the catalog, or correct the order.\n"
                ),
                "\(finished.errors)"
            )
        }
    }
}
