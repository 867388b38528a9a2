internal import Orders

extension IncidentResolution: JournalValue {}

extension Incident: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("failure", failure)
        json.field("openedAt", openedAt)
        json.field("retries", retries)
        json.field("ticket", ticket)
        json.field("assignee", assignee)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            id: try json.value("id"),
            failure: try json.value("failure"),
            openedAt: try json.value("openedAt"),
            retries: try json.value("retries")
        )
        ticket = try json.optional("ticket")
        assignee = try json.optional("assignee")
    }
}

extension FalloutState: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("incidents", incidents)
        json.field("opened", opened)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init()
        incidents = try json.value("incidents")
        opened = try json.value("opened")
    }
}

extension Jeopardy: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("component", component)
        json.field("text", text)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            component: try json.optional("component"),
            text: try json.value("text")
        )
    }
}
