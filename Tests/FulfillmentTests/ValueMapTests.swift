import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Value maps over arriving orders (A33)")
struct ValueMapTests {
    private func validate(_ draft: OrderDraft, _ translations: [Translation]) -> ValidationResult {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.translations = translations
        return OrderValidation.validate(draft, catalog: catalog, linesMax: 100)
    }

    private func map(_ values: [String: String], _ unmapped: ValueMap.Unmapped = .keep) -> ValueMap {
        ValueMap("Codes", values, unmapped: unmapped)
    }

    @Test("every field of an order and of its lines is translated before the order is judged")
    func fields() throws {
        var draft = TestOrders.things(2)
        draft.mode = "DLV"
        draft.priority = "URGENT"
        draft.type = "N"
        draft.source = "7"
        draft.accountID = "CRM-1"
        draft.lines[0].action = "create"
        draft.lines[0].productClass = "0815"
        draft.lines[0].name = "Ding"
        draft.lines[1].type = "P"
        let translations = [
            Translation("mode", scope: .order, map: map(["DLV": "Deliver"])),
            Translation("priority", scope: .order, map: map(["URGENT": "9"])),
            Translation("type", scope: .order, map: map(["N": "NEW", "P": "wrong scope"])),
            Translation("source", scope: .order, map: map(["7": "WEB"])),
            Translation("account", scope: .order, map: map(["CRM-1": "BRM-77"])),
            Translation("action", scope: .line, map: map(["create": "ADD"])),
            Translation("productClass", scope: .line, map: map(["0815": "Thing"])),
            Translation("name", scope: .line, map: map(["Ding": "A thing"])),
            Translation("type", scope: .line, map: map(["P": "PRODUCT", "N": "wrong scope"])),
        ]
        let order = try #require(validate(draft, translations).order)
        #expect(order.mode == "Deliver" && order.priority.value == 9 && order.type == "NEW")
        #expect(order.source == "WEB" && order.accountID == "BRM-77")
        #expect(order.lines[0].action == .add && order.lines[0].productClass == "Thing")
        #expect(order.lines[0].pattern == "Thing" && order.lines[0].name == "A thing")
        #expect(order.lines[1].type == "PRODUCT")
        #expect(
            order.sentAs
                == Wording(
                    order: [
                        "mode": "DLV", "priority": "URGENT", "type": "N", "source": "7", "account": "CRM-1",
                    ],
                    lines: [
                        "1": ["action": "create", "productClass": "0815", "name": "Ding"],
                        "2": ["type": "P"],
                    ]
                )
        )
        #expect(Set(translations.map(\.field)) == Set(Translation.Scope.allCases.flatMap(\.fields)))
    }

    @Test(
        "a cancellation in the sender's words is one: a known order is undone, an unknown one not begun (A43)",
        arguments: ["type", "mode"]
    )
    func cancellation(field: String) {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.translations = [Translation(field, scope: .order, map: map(["STORNO": "CANCEL"]))]
        var cancellation = TestOrders.things(2)
        cancellation.setField(field, to: "STORNO")

        var unknown = OrderRun(catalog)
        unknown.submit(cancellation)
        #expect(unknown.state?.failures.map(\.code) == [.orderUnknown])
        #expect(unknown.running.isEmpty)

        var known = OrderRun(catalog)
        known.submit(TestOrders.things(2))
        cancellation.revision = "2"
        known.submit(cancellation)
        #expect(known.state?.lifecycle == .cancelling)
        #expect(known.state?.components.map(\.processing) == [.undoing, .undoing])
    }

    @Test("a word that the sender's map takes for something else does not cancel")
    func noCancellation() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.translations = [Translation("type", scope: .order, map: map(["CANCEL": "CHANGE"]))]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        var revision = TestOrders.things(1)
        revision.revision = "2"
        revision.type = "CANCEL"
        run.submit(revision)
        #expect(run.state?.revision == 2 && run.state?.change?.value.isCancelled == false)
    }

    @Test("properties are found by their whole path, else by its end, in their own scope")
    func properties() throws {
        var draft = TestOrders.things(1)
        draft.properties = ["ServiceAddress/StateName": "RJ"]
        draft.lines[0].properties = [
            "ServiceAddress/StateName": "RJ", "BillingAddress/StateName": "RJ", "OtherStateName": "RJ",
        ]
        let states = map(["RJ": "Rio de Janeiro"])
        let whole = try #require(
            validate(draft, [Translation("ServiceAddress/StateName", scope: .line, map: states)]).order
        )
        #expect(
            whole.lines[0].properties == [
                "ServiceAddress/StateName": "Rio de Janeiro", "BillingAddress/StateName": "RJ",
                "OtherStateName": "RJ",
            ]
        )
        #expect(whole.properties == draft.properties)
        #expect(whole.sentAs == Wording(lines: ["1": ["ServiceAddress/StateName": "RJ"]]))
        let end = try #require(
            validate(draft, [Translation("StateName", scope: .line, map: states)]).order
        )
        #expect(
            end.lines[0].properties == [
                "ServiceAddress/StateName": "Rio de Janeiro", "BillingAddress/StateName": "Rio de Janeiro",
                "OtherStateName": "RJ",
            ]
        )
    }

    @Test("attributes are found by name where no property has it; repeated ones are told apart")
    func attributes() throws {
        var draft = TestOrders.things(1)
        draft.lines[0].attributes = [
            LineAttribute(name: "speed", value: "S"), LineAttribute(name: "color", value: "S"),
            LineAttribute(name: "speed", value: ""), LineAttribute(name: "speed", value: "L"),
        ]
        let speeds = [Translation("speed", scope: .line, map: map(["S": "16M", "L": "64M"], .refuse))]
        let order = try #require(validate(draft, speeds).order)
        #expect(order.lines[0].attributes.map(\.value) == ["16M", "S", "", "64M"])
        #expect(order.sentAs == Wording(lines: ["1": ["speed": "S", "speed#3": "L"]]))
        #expect(order.lines[0].value(forKey: "speed#3") == "64M")
        #expect(order.worded(order.sentAs).lines[0].attributes == draft.lines[0].attributes)
        draft.lines[0].properties["Line/speed"] = "S"
        let property = try #require(validate(draft, speeds).order)
        #expect(property.lines[0].attributes == draft.lines[0].attributes)
        #expect(property.lines[0].properties["Line/speed"] == "16M")
    }

    @Test("the first translation that names a value decides, whatever comes after it")
    func firstDecides() throws {
        var draft = TestOrders.things(1)
        draft.source = "a"
        draft.lines[0].properties = ["X/code": "a", "Y/code": "a"]
        let order = try #require(
            validate(
                draft,
                [
                    Translation("source", scope: .order, map: map(["a": "b"])),
                    Translation("source", scope: .order, map: map(["b": "c", "a": "d"])),
                    Translation("X/code", scope: .line, map: map(["z": "z"])),
                    Translation("code", scope: .line, map: map(["a": "b"])),
                ]
            ).order
        )
        #expect(order.source == "b")
        #expect(order.lines[0].properties == ["X/code": "a", "Y/code": "b"])
    }

    @Test("what the table lacks is kept or becomes the default; what is absent stays absent")
    func unmapped() throws {
        var draft = TestOrders.things(1)
        draft.source = "other"
        func source(_ unmapped: ValueMap.Unmapped) -> Order? {
            validate(draft, [Translation("source", scope: .order, map: map(["x": "y"], unmapped))]).order
        }
        let kept = try #require(source(.keep))
        #expect(kept.source == "other" && kept.sentAs == nil)
        let replaced = try #require(source(.replace(with: "WEB")))
        #expect(replaced.source == "WEB" && replaced.sentAs?.order == ["source": "other"])
        #expect(source(.refuse) == nil)
        draft.source = nil
        #expect(try #require(source(.replace(with: "WEB"))).source == nil)
        #expect(source(.refuse) != nil)
    }

    @Test("every refused value is told with its map, beside whatever else is wrong")
    func refused() {
        var draft = TestOrders.things(3)
        draft.accountID = "CRM-9"
        draft.mode = "nonsense"
        draft.lines[0].properties["StateName"] = "RJ"
        draft.lines[1].properties["Address/StateName"] = "XX"
        draft.lines[2].properties["StateName"] = "YY"
        let states = ValueMap("States", ["RJ": "Rio"], unmapped: .refuse)
        let accounts = ValueMap("Accounts", ["CRM-1": "BRM-77"], unmapped: .refuse)
        let result = validate(
            draft,
            [
                Translation("account", scope: .order, map: accounts),
                Translation("StateName", scope: .line, map: states),
            ]
        )
        #expect(result.order == nil)
        let unmapped = result.failures.filter { $0.code == .valueUnmapped }
        #expect(
            unmapped.map(\.text) == [
                "account 'CRM-9' of the order is not in value map Accounts",
                "Address/StateName 'XX' of line 2 is not in value map States",
                "StateName 'YY' of line 3 is not in value map States",
            ]
        )
        #expect(unmapped.map(\.line) == [nil, "2", "3"])
        #expect(unmapped.allSatisfy { $0.code.failureClass == .business && $0.code.severity == .error })
        #expect(unmapped.first?.correctiveAction.contains("value map Accounts") == true)
        #expect(result.failures.filter { $0.code != .valueUnmapped }.map(\.code) == [.modeUnknown])
    }

    @Test("an order that is refused is kept as it came")
    func rejectedDraft() throws {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.translations = [
            Translation("source", scope: .order, map: map(["7": "WEB"])),
            Translation("account", scope: .order, map: map([:], .refuse)),
        ]
        var draft = TestOrders.things(1)
        draft.source = "7"
        draft.accountID = "CRM-9"
        var run = OrderRun(catalog)
        run.submit(draft)
        #expect(run.state?.lifecycle == .failed && run.state?.rejectedDraft == draft)
        #expect(run.state?.failures.map(\.code) == [.valueUnmapped])
    }

    @Test("lines of an order that has too many are not looked at")
    func tooManyLines() {
        let refusal = Translation("productClass", scope: .line, map: map([:], .refuse))
        #expect(validate(TestOrders.things(101), [refusal]).failures.map(\.code) == [.lineLimitExceeded])
        #expect(validate(TestOrders.things(100), [refusal]).failures.count == 100)
    }

    @Test("the priority of an order is known before it is validated")
    func priority() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        var draft = TestOrders.things(1)
        draft.priority = "8"
        #expect(catalog.priority(of: draft).value == 8)
        let speeds = map(["express": "9"], .replace(with: "2"))
        catalog.translations = [Translation("priority", scope: .order, map: speeds)]
        #expect(catalog.priority(of: draft).value == 2)
        draft.priority = "express"
        #expect(catalog.priority(of: draft).value == 9)
        draft.priority = nil
        #expect(catalog.priority(of: draft) == .standard)
        catalog.translations = [Translation("priority", scope: .order, map: map([:], .replace(with: "x")))]
        draft.priority = "1"
        #expect(catalog.priority(of: draft) == .standard)
    }

    @Test("journals written before there were value maps are read as before")
    func olderJournal() throws {
        var run = OrderRun(TestCatalogs.functions([TestCatalogs.function("A")]))
        run.submit(TestOrders.things(1))
        let bytes = try JournalCodec.encode(try #require(run.hops.first).events)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("sentAs") && !text.contains("wording"))
        #expect(try JournalCodec.decodeEvents(bytes) == run.hops.first?.events)
    }
}
