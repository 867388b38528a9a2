internal import Orders

extension Order: JournalObject {
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
        json.field("sentAs", sentAs)
        json.field("bases", bases)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            key: try json.value("key"),
            revision: try json.value("revision"),
            mode: try json.value("mode"),
            priority: try json.value("priority"),
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
            sentAs: try json.optional("sentAs"),
            bases: try json.optional("bases")
        )
    }
}

extension OrderLine: JournalObject {
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
        json.field("pattern", pattern)
        json.field("bases", bases)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            id: try json.value("id"),
            parents: try json.value("parents"),
            action: try json.value("action"),
            name: try json.optional("name"),
            productClass: try json.optional("productClass"),
            type: try json.optional("type"),
            quantity: try json.optional("quantity"),
            requestedDelivery: try json.optional("requestedDelivery"),
            sourceLines: try json.value("sourceLines"),
            properties: try json.value("properties"),
            attributes: try json.value("attributes"),
            extensions: try json.value("extensions"),
            pattern: try json.optional("pattern"),
            bases: try json.optional("bases")
        )
    }
}

extension LineAttribute: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("name", name)
        json.field("value", value)
        json.field("dataType", dataType)
        json.field("action", action)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            name: try json.value("name"),
            value: try json.value("value"),
            dataType: try json.optional("dataType"),
            action: try json.optional("action")
        )
    }
}

extension Wording: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("order", order)
        json.field("lines", lines)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(order: try json.value("order"), lines: try json.value("lines"))
    }
}
