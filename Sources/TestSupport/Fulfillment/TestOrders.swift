package import Orders

/// Small orders for tests, as drafts: what a message says.
package enum TestOrders {
    /// An order of lines of class `Thing`, named `1`, `2` and so on.
    package static func things(_ count: Int, key: OrderKey = "SO-1", mode: String? = nil) -> OrderDraft {
        OrderDraft(key: key, revision: "1", mode: mode, lines: (1...max(count, 1)).map { thing("\($0)") })
    }

    package static func thing(
        _ id: String,
        under parent: String? = nil,
        action: String = "ADD",
        requestedDelivery: String? = nil,
        properties: [String: String] = [:]
    ) -> LineDraft {
        LineDraft(
            id: id,
            parents: parent.map { [$0] } ?? [],
            action: action,
            productClass: "Thing",
            type: "PRODUCT",
            requestedDelivery: requestedDelivery,
            properties: properties
        )
    }

    package static func bundle(
        _ id: String,
        under parent: String? = nil,
        type: String = "BUNDLE"
    ) -> LineDraft {
        LineDraft(id: id, parents: parent.map { [$0] } ?? [], action: "ADD", type: type)
    }

    /// Sixteen lines: an offer over three bundles in two levels, with features under services.
    package static func triplePlay(
        key: OrderKey = "SO-16",
        city: String = "Rio de Janeiro",
        mode: String = "Deliver"
    ) -> OrderDraft {
        func line(_ id: String, _ productClass: String, under parent: String) -> LineDraft {
            LineDraft(
                id: id,
                parents: [parent],
                action: "ADD",
                productClass: productClass,
                type: "PRODUCT",
                properties: ["ServiceAddress/CityName": city]
            )
        }
        return OrderDraft(
            key: key,
            revision: "1",
            mode: mode,
            priority: "5",
            lines: [
                bundle("1", type: "OFFER"), bundle("2", under: "1"), line("3", "Fixed", under: "2"),
                line("4", "Fixed", under: "3"), line("5", "Fixed", under: "3"), bundle("6", under: "1"),
                line("7", "Mobile", under: "6"), line("8", "Mobile", under: "7"),
                line("9", "Mobile", under: "7"),
                bundle("10", under: "6"), line("11", "Internet", under: "10"),
                line("12", "Internet", under: "11"),
                line("13", "Internet", under: "11"), line("14", "Modem", under: "10"),
                line("15", "Internet", under: "10"), line("16", "Modem", under: "1"),
            ]
        )
    }

    /// A message that brings an order or an update.
    package static func context(_ id: MessageID = "message-0") -> MessageContext {
        MessageContext(messageID: id)
    }
}
