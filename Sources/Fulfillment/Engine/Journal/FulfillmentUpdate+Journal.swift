internal import Orders

extension FulfillmentUpdate: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("orderKey", orderKey)
        json.field("revision", revision)
        json.field("correlation", correlation)
        json.field("component", component)
        json.field("externalID", externalID)
        json.field("status", status)
        json.field("milestone", milestone)
        json.field("lines", lines)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            orderKey: try json.value("orderKey"),
            revision: try json.optional("revision"),
            correlation: try json.optional("correlation"),
            component: try json.optional("component"),
            externalID: try json.optional("externalID"),
            status: try json.optional("status"),
            milestone: try json.optional("milestone"),
            lines: try json.value("lines")
        )
    }
}

extension ReportedStatus: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("code", code)
        json.field("reason", reason)
        json.field("description", description)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            code: try json.value("code"),
            reason: try json.optional("reason"),
            description: try json.optional("description")
        )
    }
}

extension LineUpdate: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("lineID", lineID)
        json.field("status", status)
        json.field("milestone", milestone)
        json.field("attributes", attributes)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            lineID: try json.value("lineID"),
            status: try json.optional("status"),
            milestone: try json.optional("milestone"),
            attributes: try json.value("attributes")
        )
    }
}
