internal import Orders

extension MessageContext: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("messageID", messageID)
        json.field("messageName", messageName)
        json.field("objectName", objectName)
        json.field("verb", verb)
        json.field("environment", environment)
        json.field("sender", sender)
        json.field("targetID", targetID)
        json.field("businessProcess", businessProcess)
        json.field("tracking", tracking)
        json.field("hop", hop)
        json.field("traceparent", traceparent)
        json.field("carried", carried)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            messageID: try json.value("messageID"),
            messageName: try json.optional("messageName"),
            objectName: try json.optional("objectName"),
            verb: try json.optional("verb"),
            environment: try json.optional("environment"),
            sender: try json.optional("sender"),
            targetID: try json.optional("targetID"),
            businessProcess: try json.optional("businessProcess"),
            tracking: try json.value("tracking"),
            hop: try json.optional("hop"),
            traceparent: try json.optional("traceparent"),
            carried: try json.optional("carried")
        )
    }
}

extension SenderReference: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("messageID", messageID)
        json.field("transactionCode", transactionCode)
        json.field("applicationID", applicationID)
        json.field("applicationVersion", applicationVersion)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            id: try json.optional("id"),
            messageID: try json.optional("messageID"),
            transactionCode: try json.optional("transactionCode"),
            applicationID: try json.optional("applicationID"),
            applicationVersion: try json.optional("applicationVersion")
        )
    }
}

extension BusinessScope: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("instanceID", instanceID)
        json.field("serviceName", serviceName)
        json.field("operationName", operationName)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            id: try json.optional("id"),
            instanceID: try json.optional("instanceID"),
            serviceName: try json.optional("serviceName"),
            operationName: try json.optional("operationName")
        )
    }
}

extension TrackingEntry: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("sequence", sequence)
        json.field("unitID", unitID)
        json.field("unitName", unitName)
        json.field("implementation", implementation)
        json.field("activity", activity)
        json.field("extensions", extensions)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            sequence: try json.value("sequence"),
            unitID: try json.optional("unitID"),
            unitName: try json.optional("unitName"),
            implementation: try json.optional("implementation"),
            activity: try json.optional("activity"),
            extensions: try json.optional("extensions")
        )
    }
}

extension MessageHop: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("resourceType", resourceType)
        json.field("resource", resource)
        json.field("messageID", messageID)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            resourceType: try json.value("resourceType"),
            resource: try json.value("resource"),
            messageID: try json.value("messageID")
        )
    }
}
