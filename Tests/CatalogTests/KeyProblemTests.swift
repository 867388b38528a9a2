import Testing

@Suite("Keys and values that are wrong in a catalog")
struct KeyProblemTests {
    static let cases = [
        WrongCatalog(
            "a misspelled key",
            "    queue: BILLING",
            "    qeue: BILLING",
            [
                "32:3: system Billing has no 'queue'; add the key 'queue'",
                "34:5: unknown key 'qeue' in system Billing; did you mean 'queue'?",
            ]
        ),
        WrongCatalog(
            "a misspelled section",
            "upstream:",
            "upstraem:",
            [
                "1:1: the catalog has no 'upstream'; add the key 'upstream'",
                "47:1: unknown key 'upstraem' in the catalog; did you mean 'upstream'?",
            ]
        ),
        WrongCatalog(
            "an unknown granularity",
            "    granularity: order",
            "    granularity: ordr",
            [
                "18:18: unknown granularity 'ordr' of function Bill; "
                    + "write order, bundle, offer, line or {property: name}"
            ]
        ),
        WrongCatalog(
            "a list where a text belongs",
            "    granularity: order",
            "    granularity: [order]",
            [
                "18:18: 'granularity' of function Bill is a list; "
                    + "write order, bundle, offer, line or {property: name}"
            ]
        ),
        WrongCatalog(
            "a time that is no duration",
            "after: PT1S",
            "after: 1s",
            [
                "46:37: 'after' of an emulated reply of system Network is '1s'; "
                    + "write an ISO 8601 duration, such as PT30M, P2D or PT0.5S"
            ]
        ),
        WrongCatalog(
            "a duration in words",
            "    duration: PT1H",
            "    duration: 1 hour",
            [
                "21:15: 'duration' of function Provision is '1 hour'; "
                    + "write an ISO 8601 duration, such as PT30M, P2D or PT0.5S"
            ]
        ),
        WrongCatalog(
            "a misspelled choice",
            "format: UpdateSalesOrderEBM",
            "format: UpdateSaleOrderEBM",
            [
                "48:11: 'format' of upstream is 'UpdateSaleOrderEBM'; "
                    + "did you mean 'UpdateSalesOrderEBM'?"
            ]
        ),
        WrongCatalog(
            "an unknown time zone, and no way to recognize orders",
            "accept: [ProcessSalesOrderFulfillmentEBM]",
            "timeZone: Mars/Olympus",
            [
                "1:1: the catalog recognizes no order; "
                    + "add 'accept' with message names, or 'recognize' with formats",
                "3:11: unknown time zone 'Mars/Olympus'; "
                    + "use a name of the time zone database, such as Europe/Lisbon",
            ]
        ),
        WrongCatalog(
            "a product class twice",
            """
            productClasses:
              Plan: Service
            """,
            """
            productClasses:
              Plan: Service
              Plan: Base
            """,
            [
                "6:3: duplicate key 'Plan' in 'productClasses' of the catalog; "
                    + "it is already in line 5; remove or rename one of them"
            ]
        ),
        WrongCatalog(
            "a key twice",
            "    systems: Billing",
            """
                systems: Billing
                systems: Network
            """,
            [
                "18:5: duplicate key 'systems' in function Bill; "
                    + "it is already in line 17; remove or rename one of them"
            ]
        ),
    ]

    @Test("Everything is told, with its place and what would be right", arguments: cases)
    func told(_ wrong: WrongCatalog) { #expect(Sample.problems(wrong.text) == wrong.problems) }
}
