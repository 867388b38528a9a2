internal import Orders

extension OrderID: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("role", role)
        json.field("key", key)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(role: try json.value("role"), key: try json.value("key"))
    }
}

/// The index is not written: it is made anew.
extension OrderState: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("revision", revision)
        json.field("catalogVersion", catalogVersion)
        json.field("origin", origin)
        json.field("createdAt", createdAt)
        json.field("updatedAt", updatedAt)
        json.field("closedAt", closedAt)
        json.field("lifecycle", lifecycle)
        json.field("status", status)
        json.field("order", order)
        json.field("rejectedDraft", rejectedDraft)
        json.field("lines", lines)
        json.field("components", components)
        json.field("groups", groups)
        json.field("parked", parked)
        json.field("failures", failures)
        json.field("change", change?.value)
        json.field("fallout", fallout?.value)
        json.field("wakeUpAt", wakeUpAt)
        json.field("relations", relations?.value)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            id: try json.value("id"),
            revision: try json.value("revision"),
            catalogVersion: try json.value("catalogVersion"),
            origin: try json.value("origin"),
            createdAt: try json.value("createdAt")
        )
        updatedAt = try json.value("updatedAt")
        closedAt = try json.optional("closedAt")
        lifecycle = try json.value("lifecycle")
        status = try json.value("status")
        order = try json.optional("order")
        rejectedDraft = try json.optional("rejectedDraft")
        lines = try json.value("lines")
        components = try json.value("components")
        groups = try json.optional("groups")
        parked = try json.value("parked")
        failures = try json.value("failures")
        change = try json.optional("change").map { (state: ChangeState) in Rare(state) }
        fallout = try json.optional("fallout").map { (state: FalloutState) in Rare(state) }
        wakeUpAt = try json.optional("wakeUpAt")
        relations = try json.optional("relations").map { (state: OrderRelations) in Rare(state) }
        reindex()
    }
}

extension LineProgress: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("state", state)
        json.field("reached", reached)
        json.field("values", values)
        json.field("hasWork", hasWork)
        json.field("revised", revised)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(id: try json.value("id"), state: try json.value("state"))
        reached = try json.value("reached")
        values = try json.value("values")
        hasWork = try json.value("hasWork")
        revised = try json.optional("revised")
    }
}

extension RevisedLine: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("isWithdrawn", isWithdrawn)
        json.field("permissibility", permissibility)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            isWithdrawn: try json.value("isWithdrawn"),
            permissibility: try json.value("permissibility")
        )
    }
}

extension OrderComponent: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("plan", plan)
        json.field("processing", processing)
        json.field("state", state)
        json.field("milestone", milestone)
        json.field("lineStates", lineStates)
        json.field("heldSince", heldSince)
        json.field("scheduledFor", scheduledFor)
        json.field("requestedAt", requestedAt)
        json.field("heardAt", heardAt)
        json.field("finishedAt", finishedAt)
        json.field("externalID", externalID)
        json.field("rework", rework?.value)
        json.field("jeopardyAt", jeopardyAt)
        json.field("settledValues", settledValues)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(plan: try json.value("plan"))
        processing = try json.value("processing")
        state = try json.value("state")
        milestone = try json.optional("milestone")
        lineStates = try json.value("lineStates")
        heldSince = try json.value("heldSince")
        scheduledFor = try json.optional("scheduledFor")
        requestedAt = try json.optional("requestedAt")
        heardAt = try json.optional("heardAt")
        finishedAt = try json.optional("finishedAt")
        externalID = try json.optional("externalID")
        rework = try json.optional("rework").map { (rework: Rework) in Rare(rework) }
        jeopardyAt = try json.optional("jeopardyAt")
        settledValues = try json.optional("settledValues")
    }
}

extension SettledValue: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("name", name)
        json.field("request", request)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(name: try json.optional("name"), request: try json.value("request"))
    }
}

extension ParkedUpdate: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("update", update)
        json.field("context", context)
        json.field("reason", reason)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            update: try json.value("update"),
            context: try json.value("context"),
            reason: try json.value("reason")
        )
    }
}
