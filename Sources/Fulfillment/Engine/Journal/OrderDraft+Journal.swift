internal import Orders

extension OrderDraft: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("key", key)
        json.field("revision", revision)
        json.field("mode", mode)
        json.field("priority", priority)
        json.field("type", type)
        json.field("source", source)
        json.field("orderDate", orderDate)
        json.field("requestedDelivery", requestedDelivery)
        json.field("accountID", accountID)
        json.field("accountName", accountName)
        json.field("correlation", correlation)
        json.field("salesOrderID", salesOrderID)
        json.field("properties", properties)
        json.field("extensions", extensions)
        json.field("lines", lines)
        json.field("bases", bases)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            key: try json.value("key"),
            revision: try json.optional("revision"),
            mode: try json.optional("mode"),
            priority: try json.optional("priority"),
            type: try json.optional("type"),
            source: try json.optional("source"),
            orderDate: try json.optional("orderDate"),
            requestedDelivery: try json.optional("requestedDelivery"),
            accountID: try json.optional("accountID"),
            accountName: try json.optional("accountName"),
            correlation: try json.optional("correlation"),
            salesOrderID: try json.optional("salesOrderID"),
            properties: try json.value("properties"),
            extensions: try json.value("extensions"),
            lines: try json.value("lines"),
            bases: try json.optional("bases")
        )
    }
}

extension LineDraft: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("parents", parents)
        json.field("action", action)
        json.field("name", name)
        json.field("productClass", productClass)
        json.field("type", type)
        json.field("quantity", quantity)
        json.field("requestedDelivery", requestedDelivery)
        json.field("sourceLines", sourceLines)
        json.field("properties", properties)
        json.field("attributes", attributes)
        json.field("extensions", extensions)
        json.field("bases", bases)
        json.field("documentLine", documentLine)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            id: try json.optional("id"),
            parents: try json.value("parents"),
            action: try json.optional("action"),
            name: try json.optional("name"),
            productClass: try json.optional("productClass"),
            type: try json.optional("type"),
            quantity: try json.optional("quantity"),
            requestedDelivery: try json.optional("requestedDelivery"),
            sourceLines: try json.value("sourceLines"),
            properties: try json.value("properties"),
            attributes: try json.value("attributes"),
            extensions: try json.value("extensions"),
            bases: try json.optional("bases"),
            documentLine: try json.value("documentLine")
        )
    }
}
