internal import Orders

extension Rare: JournalValue where Value: JournalValue {
    func write(to json: inout JSONWriter) { value.write(to: &json) }
    init(reading json: inout JSONReader) throws(JSONDamage) { self.init(try Value(reading: &json)) }
}

extension CarriedHeader: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("definitionID", definitionID)
        json.field("scopes", scopes)
        json.field("batch", batch)
        json.field("replyAddress", replyAddress)
        json.field("replyTo", replyTo)
        json.field("faultNotifications", faultNotifications)
        json.field("extensions", extensions)
        json.field("crossReference", crossReference)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            definitionID: try json.optional("definitionID"),
            scopes: try json.value("scopes"),
            batch: try json.optional("batch"),
            replyAddress: try json.optional("replyAddress"),
            replyTo: try json.optional("replyTo"),
            faultNotifications: try json.value("faultNotifications"),
            extensions: try json.value("extensions"),
            crossReference: try json.optional("crossReference")
        )
    }
}

extension CarriedScope: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("type", type)
        json.field("scope", scope)
        json.field("extensions", extensions)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            type: try json.optional("type"),
            scope: try json.value("scope"),
            extensions: try json.value("extensions")
        )
    }
}

extension MessageBatch: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("status", status)
        json.field("id", id)
        json.field("name", name)
        json.field("parameters", parameters)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            status: try json.optional("status"),
            id: try json.optional("id"),
            name: try json.optional("name"),
            parameters: try json.value("parameters")
        )
    }
}

extension OrderCrossReference: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("componentID", componentID)
        json.field("number", number)
        json.field("revision", revision)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            componentID: try json.optional("componentID"),
            number: try json.optional("number"),
            revision: try json.optional("revision")
        )
    }
}
