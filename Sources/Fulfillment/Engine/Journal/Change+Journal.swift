internal import Orders

extension CompensationKind: JournalValue {}
extension ExecutionMode: JournalValue {}
extension RevisionPermissibility: JournalValue {}
extension QueuedRevision.WaitReason: JournalValue {}
extension OrderOperation.Action: JournalValue {}
extension OrderTransaction: JournalValue {}

extension OrderDelta: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("added", added)
        json.field("removed", removed)
        json.field("changed", changed)
        json.field("unchanged", unchanged)
        json.field("orderFields", orderFields)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            added: try json.value("added"),
            removed: try json.value("removed"),
            changed: try json.value("changed"),
            unchanged: try json.value("unchanged"),
            orderFields: try json.value("orderFields")
        )
    }
}

extension LineChange: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("line", line)
        json.field("fields", fields)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            line: try json.value("line"),
            fields: try json.value("fields")
        )
    }
}

extension CompensationStep: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("component", component)
        json.field("kind", kind)
        json.field("undoAfter", undoAfter)
        json.field("undoAfterGroups", undoAfterGroups)
        json.field("asked", asked)
        json.field("former", former)
        json.field("reason", reason)
        json.field("fallback", fallback)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            component: try json.value("component"),
            kind: try json.value("kind"),
            undoAfter: try json.value("undoAfter"),
            undoAfterGroups: try json.optional("undoAfterGroups"),
            asked: try json.value("asked"),
            former: try json.optional("former"),
            reason: try json.value("reason"),
            fallback: try json.optional("fallback")
        )
    }
}

extension UndoGroup: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("components", components)
        json.field("groups", groups)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            components: try json.value("components"),
            groups: try json.optional("groups")
        )
    }
}

extension Rework: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("requests", requests)
        json.field("requestRevision", requestRevision)
        json.field("mode", mode)
        json.field("task", task)
        json.field("isWithdrawn", isWithdrawn)
        json.field("retries", retries)
        json.field("retryAt", retryAt)
        json.field("linesAsAsked", linesAsAsked)
        json.field("termsAsAsked", termsAsAsked)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            requests: try json.value("requests"),
            requestRevision: try json.value("requestRevision")
        )
        mode = try json.value("mode")
        task = try json.optional("task")
        isWithdrawn = try json.value("isWithdrawn")
        retries = try json.value("retries")
        retryAt = try json.optional("retryAt")
        linesAsAsked = try json.optional("linesAsAsked")
        // The name in earlier snapshots.
        if linesAsAsked == nil { linesAsAsked = try json.optional("linesBeforeFix") }
        termsAsAsked = try json.optional("termsAsAsked")
    }
}

extension FormerTerms: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("account", account)
        json.field("mode", mode)
        json.field("wording", wording)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            account: try json.optional("account"),
            mode: try json.optional("mode"),
            wording: try json.optional("wording")
        )
    }
}

extension FormerTerms.Account: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("name", name)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(id: try json.optional("id"), name: try json.optional("name"))
    }
}

extension PendingCompensation: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("kind", kind)
        json.field("undoAfter", undoAfter)
        json.field("undoAfterGroups", undoAfterGroups)
        json.field("asked", asked)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            kind: try json.value("kind"),
            undoAfter: try json.value("undoAfter"),
            undoAfterGroups: try json.optional("undoAfterGroups"),
            asked: try json.value("asked")
        )
    }
}

extension Amendment: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("order", order)
        json.field("withdrawnLines", withdrawnLines)
        json.field("isCancellation", isCancellation)
        json.field("origin", origin)
        json.field("catalogVersion", catalogVersion)
        json.field("delta", delta)
        json.field("plan", plan)
        json.field("steps", steps)
        json.field("undoGroups", undoGroups)
        json.field("penalties", penalties)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            order: try json.value("order"),
            withdrawnLines: try json.value("withdrawnLines"),
            isCancellation: try json.value("isCancellation"),
            origin: try json.value("origin"),
            catalogVersion: try json.value("catalogVersion"),
            delta: try json.value("delta"),
            plan: try json.value("plan"),
            steps: try json.value("steps"),
            undoGroups: try json.optional("undoGroups"),
            penalties: try json.value("penalties")
        )
    }
}

extension QueuedRevision: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("draft", draft)
        json.field("revision", revision)
        json.field("context", context)
        json.field("reason", reason)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            draft: try json.value("draft"),
            revision: try json.value("revision"),
            context: try json.value("context"),
            reason: try json.value("reason")
        )
    }
}

extension RefusedRevision: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("revision", revision)
        json.field("correlation", correlation)
        json.field("failure", failure)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            revision: try json.value("revision"),
            correlation: try json.optional("correlation"),
            failure: try json.value("failure")
        )
    }
}

extension ChangeState: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("queued", queued)
        json.field("pending", pending)
        json.field("isCancelled", isCancelled)
        json.field("withdrawnBefore", withdrawnBefore)
        json.field("undoGroups", undoGroups)
        json.field("highestSeen", highestSeen)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init()
        queued = try json.optional("queued")
        pending = try json.optional("pending")
        isCancelled = try json.value("isCancelled")
        withdrawnBefore = try json.value("withdrawnBefore")
        undoGroups = try json.optional("undoGroups")
        highestSeen = try json.optional("highestSeen")
    }
}

extension PendingTransition: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("transaction", transaction)
        json.field("since", since)
        json.field("forcedAt", forcedAt)
        json.field("jeopardyAt", jeopardyAt)
        json.field("by", by)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            transaction: try json.value("transaction"),
            since: try json.value("since"),
            forcedAt: try json.optional("forcedAt"),
            jeopardyAt: try json.optional("jeopardyAt"),
            by: try json.optional("by")
        )
    }
}

extension OrderOperation: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("action", action)
        json.field("by", by)
        json.field("reason", reason)
        json.field("component", component)
        json.field("incident", incident)
        json.field("fixes", fixes)
        json.field("value", value)
        json.field("line", line)
        json.field("base", base)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            action: try json.value("action"),
            by: try json.value("by"),
            reason: try json.optional("reason"),
            component: try json.optional("component"),
            incident: try json.optional("incident"),
            fixes: try json.value("fixes"),
            value: try json.optional("value"),
            line: try json.optional("line"),
            base: try json.optional("base")
        )
    }
}

extension DataFix: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("line", line)
        json.field("name", name)
        json.field("value", value)
        json.field("before", before)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            line: try json.optional("line"),
            name: try json.value("name"),
            value: try json.value("value"),
            before: try json.optional("before")
        )
    }
}
