package import Orders

/// Something the outside world must be told, in the core's words; the formats turn it into bytes.
package enum OutboundMessage: Sendable, Hashable {
    /// Asks a system to do the work of a component.
    case request(ComponentRequest)
    /// Tells whoever sent the order how it stands.
    case report(StatusReport)
    /// Tells fallout handlers what went wrong.
    case fault(FaultReport)
}

/// The order component that a system is asked to fulfill.
package struct ComponentRequest: Sendable, Hashable {
    package var component: ComponentID
    package var function: FunctionName
    package var system: SystemName
    package var targetID: String
    package var target: Rare<TargetDetails>?
    package var queue: String
    package var format: RequestFormat
    package var mode: ModeName
    /// Comes back in every update about it (COMCorrelationID).
    package var correlation: String
    package var lines: [LineID]
    /// What the system calls values of the order; `nil` when it calls all of them as they are called here.
    package var wording: Wording?

    package init(
        component: ComponentID,
        function: FunctionName,
        system: SystemName,
        targetID: String,
        target: Rare<TargetDetails>? = nil,
        queue: String,
        format: RequestFormat,
        mode: ModeName,
        correlation: String,
        lines: [LineID],
        wording: Wording? = nil
    ) {
        self.component = component
        self.function = function
        self.system = system
        self.targetID = targetID
        self.target = target
        self.queue = queue
        self.format = format
        self.mode = mode
        self.correlation = correlation
        self.lines = lines
        self.wording = wording
    }
}

/// How an order and those of its lines that changed stand.
package struct StatusReport: Sendable, Hashable {
    package var format: UpstreamFormat
    /// The composed state of the order, and its root.
    package var status: StateName
    package var root: StateTree.Root
    /// What the recipient calls the state; `nil` for its root's code.
    package var code: String?
    package var lines: [LineReport]

    package init(
        format: UpstreamFormat,
        status: StateName,
        root: StateTree.Root,
        code: String? = nil,
        lines: [LineReport]
    ) {
        self.format = format
        self.status = status
        self.root = root
        self.code = code
        self.lines = lines
    }
}

/// A line's part of a ``StatusReport``.
package struct LineReport: Sendable, Hashable {
    package var line: LineID
    package var state: StateName
    package var root: StateTree.Root
    /// What the recipient calls the state; `nil` for its root's code.
    package var code: String?
    /// The milestone that this message reports as reached; each is reported once.
    package var milestone: MilestoneName?
    /// Values that became known.
    package var attributes: [LineAttribute]

    package init(
        line: LineID,
        state: StateName,
        root: StateTree.Root,
        code: String? = nil,
        milestone: MilestoneName? = nil,
        attributes: [LineAttribute] = []
    ) {
        self.line = line
        self.state = state
        self.root = root
        self.code = code
        self.milestone = milestone
        self.attributes = attributes
    }
}

/// A failure with what a fallout handler needs to find the order (AIA OrderFailureData).
package struct FaultReport: Sendable, Hashable {
    package var failure: Failure
    package var orderKey: OrderKey?
    package var salesOrderID: String?
    package var revision: String?
    package var accountID: String?
    package var accountName: String?
    /// The role that tells it, such as `COM`.
    package var role: RoleName
    package var occurredAt: Timestamp

    package init(
        failure: Failure,
        orderKey: OrderKey? = nil,
        salesOrderID: String? = nil,
        revision: String? = nil,
        accountID: String? = nil,
        accountName: String? = nil,
        role: RoleName,
        occurredAt: Timestamp
    ) {
        self.failure = failure
        self.orderKey = orderKey
        self.salesOrderID = salesOrderID
        self.revision = revision
        self.accountID = accountID
        self.accountName = accountName
        self.role = role
        self.occurredAt = occurredAt
    }
}
