import Catalog
import Fulfillment
import Orders
import Testing

@Suite("Value maps, translations and status codes in a catalog (A33)")
struct ValueMapReadingTests {
    private static let upstream = "  format: UpdateSalesOrderEBM\n"

    /// The sample with these sections after its last one.
    private static func catalog(_ sections: String) -> String {
        Sample.catalog(upstream, upstream + sections)
    }

    /// The same, with orders of one known format in place of messages that may bring any property.
    private static func closedCatalog(_ sections: String, attributes: String = "") -> String {
        Sample.replace(
            "accept: [ProcessSalesOrderFulfillmentEBM]",
            """
            recognize:
              Shop:
                root: {name: order}
                order: {key: "@id", properties: {segment: "@segment", ShipTo/Country: "@country"}}
                lines: {select: line, id: "@id", action: "'ADD'", properties: {sku: "@sku", ShipTo/City: "@city"}\(attributes)}
            """,
            in: catalog(sections)
        )
    }

    private static func read(_ text: String) throws -> FulfillmentCatalog {
        #expect(Sample.problems(text) == [])
        return try CatalogReader.read(bytes: Array(text.utf8), name: "c.yaml").fulfillment
    }

    @Test("Tables, where they apply, in their order, and the codes of states")
    func read() throws {
        let catalog = try Self.read(
            Self.catalog(
                """
                  statusCodes: {COMPLETE: COMPLETED, IN_PROGRESS-STARTED: STARTED}
                valueMaps:
                  Priority: {values: {LOW: "2", URGENT: "9"}, unmapped: {default: "5"}}
                  Accounts: {values: {CRM-1: BRM-77}, unmapped: refuse}
                  Classes: {values: {4711: Plan}, unmapped: keep}
                  Codes: {values: {a: b}}
                translate:
                  - {field: priority, map: Priority}
                  - {field: account, map: Accounts}
                  - {field: productClass, map: Classes}
                  - {field: type, scope: order, map: Codes}
                  - {field: type, scope: line, map: Codes}
                  - {field: ServiceAddress/StateName, scope: line, map: Codes}
                  - {field: StateName, scope: line, map: Codes}

                """
            )
        )
        let codes = ValueMap("Codes", ["a": "b"], unmapped: .keep)
        let priority = ValueMap("Priority", ["LOW": "2", "URGENT": "9"], unmapped: .replace(with: "5"))
        #expect(
            catalog.translations == [
                Translation("priority", scope: .order, map: priority),
                Translation(
                    "account",
                    scope: .order,
                    map: ValueMap("Accounts", ["CRM-1": "BRM-77"], unmapped: .refuse)
                ),
                Translation("productClass", scope: .line, map: ValueMap("Classes", ["4711": "Plan"])),
                Translation("type", scope: .order, map: codes),
                Translation("type", scope: .line, map: codes),
                Translation("ServiceAddress/StateName", scope: .line, map: codes),
                Translation("StateName", scope: .line, map: codes),
            ]
        )
        #expect(catalog.upstream.statusCodes == ["COMPLETE": "COMPLETED", "IN_PROGRESS-STARTED": "STARTED"])
        #expect(catalog.systems.values.allSatisfy { $0.translations.isEmpty })
    }

    @Test("Systems have translations of their own, from our words to theirs")
    func systems() throws {
        let text = Sample.replace(
            "    queue: BILLING\n",
            """
                queue: BILLING
                translate:
                  - {field: account, map: Accounts}
                  - {field: mode, map: Modes}
                  - {field: kind, scope: order, map: Accounts}

            """,
            in: Self.catalog(
                """
                valueMaps:
                  Accounts: {values: {CRM-1: BRM-77}}
                  Modes: {values: {Deliver: LIEFERN, Qualify: FRAGEN}}
                policies:
                  - {name: A kind, scope: order, assign: {kind: x}}

                """
            )
        )
        let catalog = try Self.read(text)
        let accounts = ValueMap("Accounts", ["CRM-1": "BRM-77"])
        #expect(
            catalog.systems["Billing"]?.translations == [
                Translation("account", scope: .order, map: accounts),
                Translation(
                    "mode",
                    scope: .order,
                    map: ValueMap("Modes", ["Deliver": "LIEFERN", "Qualify": "FRAGEN"])
                ),
                Translation("kind", scope: .order, map: accounts),
            ]
        )
        #expect(catalog.systems["Network"]?.translations == [] && catalog.translations.isEmpty)
    }

    @Test("What a recognized format brings needs no scope, and is known by the end of its path")
    func recognized() throws {
        let sections = """
            valueMaps:
              Codes: {values: {a: b}}
            translate:
              - {field: segment, map: Codes}
              - {field: sku, map: Codes}
              - {field: Country, map: Codes}
              - {field: ShipTo/City, map: Codes}
              - {field: color, scope: line, map: Codes}

            """
        let attributes = ", attributes: {select: option, name: \"@name\", value: .}"
        let catalog = try Self.read(Self.closedCatalog(sections, attributes: attributes))
        #expect(catalog.translations.map(\.scope) == [.order, .line, .order, .line, .line])
    }

    @Test("Everything wrong with them is told")
    func wrong() {
        let text = Self.catalog(
            """
              statusCodes: {COMPLET: DONE}
            valueMaps:
              Priority: {values: {LOW: "2"}, unmaped: keep}
              Accounts: {values: {CRM-1: BRM-77}, unmapped: refused}
              Idle: {values: {a: b}}
              Default: {values: {a: b}, unmapped: {defualt: x}}
              Nothing: {unmapped: keep}
              Nested: {values: {a: [b]}}
            translate:
              - {field: priorty, scope: order, map: Priority}
              - {field: account, map: Acounts}
              - {field: action, scope: order, map: Nothing}
              - {field: quantity, scope: line, map: Priority}
              - {fild: x, map: Priority}
              - {field: type, map: Default}
              - {field: order.source, map: Nested}
              - {field: orderType, map: Nested}
              - {field: region, map: Nested}
              - {field: region, scope: lines, map: Nested}

            """
        )
        let fields = "account, action, mode, name, priority, productClass, source, type"
        #expect(
            Sample.problems(text) == [
                "49:17: unknown state 'COMPLET'; did you mean 'COMPLETE'?",
                "51:34: unknown key 'unmaped' in value map Priority; did you mean 'unmapped'?",
                "52:49: 'unmapped' of value map Accounts is 'refused'; write keep, refuse or {default: value}",
                "53:3: warning: value map 'Idle' is applied to no field; "
                    + "name it in 'translate' of the catalog or of a system, or remove it",
                "54:39: 'unmapped' of value map Default has no 'default'; add the key 'default'",
                "54:40: unknown key 'defualt' in 'unmapped' of value map Default; did you mean 'default'?",
                "55:3: value map Nothing has no 'values'; add the key 'values'",
                "56:24: 'a' in 'values' of value map Nested is a list; it must be a text",
                "58:13: nothing defines 'priorty', which is close to a known field; did you mean 'priority'?",
                "59:27: unknown value map 'Acounts'; did you mean 'Accounts'?",
                "60:28: 'action' is a field of lines; write 'scope: line', or leave it out",
                "61:13: 'quantity' cannot be translated; name a property, or one of \(fields)",
                "62:5: a translation has no 'field'; add the key 'field'",
                "62:6: unknown key 'fild' in a translation; did you mean 'field'?",
                "63:13: orders and lines may have 'type'; add 'scope: order' or 'scope: line'",
                "64:13: 'order.source' is no field; write 'source' with 'scope: order'",
                "65:13: 'orderType' cannot be translated; write 'type' with 'scope: order'",
                "66:13: orders and lines may have 'region'; add 'scope: order' or 'scope: line'",
                "67:28: 'scope' of a translation is 'lines'; did you mean 'line'?",
            ]
        )
    }

    @Test("Where the formats say all there is, a field that none of them brings is told")
    func unknownFields() {
        let sections = """
            valueMaps:
              Codes: {values: {a: b}}
            translate:
              - {field: segmnt, map: Codes}
              - {field: sku, scope: order, map: Codes}
              - {field: region, scope: order, map: Codes}
              - {field: ShipTo/Citty, scope: line, map: Codes}
              - {field: ity, map: Codes}

            """
        #expect(
            Sample.problems(Self.closedCatalog(sections)) == [
                "56:13: unknown field 'segmnt'; did you mean 'segment'?",
                "57:25: 'sku' is a field of lines; write 'scope: line', or leave it out",
                "58:13: unknown field 'region'; known: 'Country', 'ShipTo/Country', 'account', 'mode', 'priority', "
                    + "'segment', 'source', 'type'",
                "59:13: unknown field 'ShipTo/Citty'; did you mean 'ShipTo/City'?",
                "60:13: unknown field 'ity'; did you mean 'City'?",
            ]
        )
        let misspelled =
            "valueMaps: {Codes: {values: {a: b}}}\ntranslate: [{field: segmnt, scope: order, map: Codes}]\n"
        #expect(
            Sample.problems(
                Sample.replace(
                    "recognize:",
                    "accept: [ProcessSalesOrderFulfillmentEBM]\nrecognize:",
                    in: Self.closedCatalog(misspelled)
                )
            ) == [
                "55:21: nothing defines 'segmnt', which is close to a known field; did you mean 'segment'?"
            ]
        )
    }

    @Test("A property that only a policy sets is there for systems, not yet on arrival")
    func assignedProperties() {
        let sections = """
            valueMaps: {Codes: {values: {a: b}}}
            policies: [{name: A depot, scope: order, assign: {depot: x}}]

            """
        let forSystem = Sample.replace(
            "    queue: BILLING\n",
            "    queue: BILLING\n    translate: [{field: depot, map: Codes}]\n",
            in: Self.closedCatalog(sections)
        )
        #expect(Sample.problems(forSystem) == [])
        let onArrival = Self.closedCatalog(
            sections + "translate: [{field: depot, scope: order, map: Codes}]\n"
        )
        #expect(Sample.problems(onArrival).count == 1)
        #expect(Sample.problems(onArrival).first?.hasPrefix("55:21: unknown field 'depot'") == true)
    }

    @Test("What would never apply is told: the same field twice, a path after the end of it")
    func twice() {
        let text = Self.catalog(
            """
            valueMaps:
              Codes: {values: {a: b}}
            translate:
              - {field: source, map: Codes}
              - {field: City, scope: line, map: Codes}
              - {field: source, scope: order, map: Codes}
              - {field: Address/City, scope: line, map: Codes}
              - {field: Address/City, scope: order, map: Codes}

            """
        )
        #expect(
            Sample.problems(text) == [
                "54:5: 'source' of orders is translated twice; the first is in line 52 and decides; remove one of them",
                "55:5: warning: 'City' in line 53 names 'Address/City', too, and decides; put the longer path first",
            ]
        )
    }

    @Test("Words that are ours must be words of this catalog, on whichever side of a table they are")
    func words() {
        let arriving = Self.catalog(
            """
            valueMaps:
              Modes: {values: {DLV: Delivr, Q: Qualify}, unmapped: {default: Deliverr}}
              Classes: {values: {"1": Plna}}
              Verbs: {values: {create: AD, delete: DELETE}}
              Speeds: {values: {fast: "10", slow: low, usual: "5"}}
            translate:
              - {field: mode, map: Modes}
              - {field: productClass, map: Classes}
              - {field: action, map: Verbs}
              - {field: priority, map: Speeds}

            """
        )
        #expect(
            Sample.problems(arriving) == [
                "50:25: unknown mode 'Delivr'; did you mean 'Deliver'?",
                "50:66: unknown mode 'Deliverr'; did you mean 'Deliver'?",
                "51:27: unknown product class 'Plna'; did you mean 'Plan'?",
                "52:28: unknown action 'AD'; did you mean 'ADD'?",
                "53:27: value map Speeds applies to the priority, and '10' is none; write a number from 0 to 9",
                "53:39: value map Speeds applies to the priority, and 'low' is none; write a number from 0 to 9",
            ]
        )
        let asking = Sample.replace(
            "    queue: BILLING\n",
            "    queue: BILLING\n    translate: [{field: mode, map: Modes}, {field: action, map: Modes}]\n",
            in: Self.catalog("valueMaps:\n  Modes: {values: {Delivr: Anything, ADD: create}}\n")
        )
        #expect(
            Sample.problems(asking).map { $0.split(separator: ";")[0] } == [
                "51:20: unknown action 'Delivr'", "51:20: unknown mode 'Delivr'", "51:38: unknown mode 'ADD'",
            ]
        )
    }
}
