package import Orders

/// How an emulated system answers.
package struct Emulation: Sendable, Hashable {
    package var replies: [EmulatedReply]
    /// The first whose condition holds refuses instead.
    package var refusals: [EmulatedRefusal]

    package init(replies: [EmulatedReply], refusals: [EmulatedRefusal] = []) {
        self.replies = replies
        self.refusals = refusals
    }
}

/// One update that an emulated system sends.
package struct EmulatedReply: Sendable, Hashable {
    package var status: String
    package var description: String?
    package var milestone: String?
    /// After the reply before it.
    package var afterMilliseconds: Int
    /// Attribute values it reports for each line; `{line}` and `{order}` are filled in.
    package var attributes: [LineAttribute]

    package init(
        status: String,
        description: String? = nil,
        milestone: String? = nil,
        afterMilliseconds: Int = 0,
        attributes: [LineAttribute] = []
    ) {
        self.status = status
        self.description = description
        self.milestone = milestone
        self.afterMilliseconds = afterMilliseconds
        self.attributes = attributes
    }
}

/// When and how an emulated system refuses.
package struct EmulatedRefusal: Sendable, Hashable {
    /// What it refuses to do; work is not taken back on the same conditions as it is done.
    package var executions: Set<ExecutionMode>
    package var condition: Condition
    package var status: String
    package var reason: String
    package var description: String

    package init(
        executions: Set<ExecutionMode> = [.perform, .redo],
        condition: Condition,
        status: String = "FAILED",
        reason: String,
        description: String
    ) {
        self.executions = executions
        self.condition = condition
        self.status = status
        self.reason = reason
        self.description = description
    }
}
