internal import Orders

extension FailureSeverity: JournalValue {}

extension Failure: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("code", code)
        json.field("text", text)
        json.field("correctiveAction", correctiveAction)
        json.field("component", component)
        json.field("line", line)
        json.field("externalCode", externalCode)
        json.field("ownSeverity", ownSeverity)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            try json.value("code"),
            try json.value("text"),
            correctiveAction: try json.value("correctiveAction"),
            component: try json.optional("component"),
            line: try json.optional("line"),
            externalCode: try json.optional("externalCode"),
            severity: try json.optional("ownSeverity")
        )
    }
}
