import Catalog
import Fulfillment
import Orders
import Testing

@Suite("What a catalog says of tickets and of orders that follow others")
struct TicketReadingTests {
    private func read(_ text: String) throws -> FulfillmentCatalog {
        try CatalogReader.read(
            bytes: Array(Sample.catalog("upstream:", text + "\nupstream:").utf8),
            name: "c.yaml"
        ).fulfillment
    }

    @Test("Nothing said makes no tickets, the bare key those of Oracle's order fallout (A54)")
    func standard() throws {
        let silent = try CatalogReader.read(bytes: Array(Sample.catalog.utf8), name: "c.yaml").fulfillment
        #expect(silent.tickets == nil)
        #expect(silent.unknownBase == .wait)
        let bare = try #require(try read("tickets: {}").tickets)
        #expect(bare.classes == [.technical, .business])
        #expect(bare.areas.isEmpty && bare.statusCodes.isEmpty)
        #expect(bare.type == "Order Failure" && bare.severity == "2" && bare.priority == "2")
        #expect(bare.codeCharactersMax == 100)
        #expect(bare.systemCharactersMax == 200)
        #expect(bare.textCharactersMax == 2_000)
    }

    @Test("Every value of it can be another (A54)")
    func everyValue() throws {
        let tickets = try read(
            """
            tickets:
              classes: [business]
              areas: {NETWORK_01: Access, COM: Orders}
              status: {open: NEW, correcting: WIP, closed: DONE}
              type: Fallout
              severity: 4
              priority: high
              limits: {codeCharacters: 11, systemCharacters: 22, textCharacters: 333}
            """
        ).tickets
        #expect(
            tickets
                == TicketPolicy(
                    classes: [.business],
                    areas: ["NETWORK_01": "Access", "COM": "Orders"],
                    statusCodes: [.open: "NEW", .correcting: "WIP", .closed: "DONE"],
                    type: "Fallout",
                    severity: "4",
                    priority: "high",
                    codeCharactersMax: 11,
                    systemCharactersMax: 22,
                    textCharactersMax: 333
                )
        )
    }

    @Test("A word for one status leaves the others their own")
    func oneStatus() throws {
        let tickets = try #require(try read("tickets: {status: {correcting: WIP}}").tickets)
        #expect(Ticket.Status.allCases.map(tickets.code) == ["OPEN", "WIP", "RESOLVED"])
    }

    @Test("What becomes of an order that follows an unknown one", arguments: ["wait", "fallout"])
    func unknownBase(word: String) throws {
        #expect(try read("followOn: {unknownBase: \(word)}").unknownBase.rawValue == word)
    }

    static let cases = [
        WrongCatalog(
            "tickets with unknown keys, classes, states and lengths",
            "upstream:",
            """
            tickets:
              classes: [busness]
              aeras: {COM: Orders}
              status: {opened: NEW}
              limits: {codeCharacters: 0, text: 5}
            upstream:
            """,
            [
                "48:13: unknown class of failures 'busness'; did you mean 'business'?",
                "49:3: unknown key 'aeras' in tickets; did you mean 'areas'?",
                "50:12: unknown key 'opened' in 'status' of tickets; did you mean 'open'?",
                "51:28: 'codeCharacters' of 'limits' of tickets is 0; it must be from 1 to 10000",
                "51:31: unknown key 'text' in 'limits' of tickets; known: 'codeCharacters', "
                    + "'systemCharacters', 'textCharacters'",
            ]
        ),
        WrongCatalog(
            "a base that is unknown in an unknown way",
            "upstream:",
            """
            followOn: {unknownBase: fall out, base: 1}
            upstream:
            """,
            [
                "47:25: 'unknownBase' of followOn is 'fall out'; did you mean 'fallout'?",
                "47:35: unknown key 'base' in followOn; known: 'unknownBase'",
            ]
        ),
    ]

    @Test("Everything that is wrong is told, with its place and what would be right", arguments: cases)
    func told(_ wrong: WrongCatalog) { #expect(Sample.problems(wrong.text) == wrong.problems) }
}
