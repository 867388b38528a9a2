package import Orders

/// Something the outside world must be told, in the core's words; the formats turn it into bytes.
package enum OutboundMessage: Sendable, Hashable {
    /// Asks a system to do the work of a component.
    case request(ComponentRequest)
    /// Tells whoever sent the order how it stands.
    case report(StatusReport)
    /// Tells fallout handlers what went wrong.
    case fault(FaultReport)
    /// Has the ticket system make, change or close a ticket.
    case ticket(TicketReport)
    /// Asks something of another order of the same role.
    case operation(OrderOperation, on: OrderKey)
}

/// A ticket as its system is told of it.
package struct TicketReport: Sendable, Hashable {
    package var ticket: Ticket
    /// Whether the ticket system hears of it for the first time.
    package var isNew: Bool
    package var orderKey: OrderKey
    package var salesOrderID: String?
    package var revision: String?
    package var accountID: String?
    package var accountName: String?
    /// The system that failed, else the role.
    package var system: String
    /// The lines that the failed component is about, or the line that failed.
    package var lines: [LineID]
    package var policy: TicketPolicy

    package init(
        ticket: Ticket,
        isNew: Bool,
        orderKey: OrderKey,
        salesOrderID: String? = nil,
        revision: String? = nil,
        accountID: String? = nil,
        accountName: String? = nil,
        system: String,
        lines: [LineID] = [],
        policy: TicketPolicy
    ) {
        self.ticket = ticket
        self.isNew = isNew
        self.orderKey = orderKey
        self.salesOrderID = salesOrderID
        self.revision = revision
        self.accountID = accountID
        self.accountName = accountName
        self.system = system
        self.lines = lines
        self.policy = policy
    }
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
    /// What is asked: to do the work, to do it again as it is now, or to take it back.
    package var execution: ExecutionMode
    /// Rises with every request for the component; `nil` for the order's own.
    package var revision: Int?
    /// The system's own identification of the work, once it is known.
    package var externalID: String?
    package var lines: [LineID]
    /// Lines as the system knows them, where the order has other values now.
    package var formerLines: [OrderLine]
    /// The account as the system knows it, where the order has another one now.
    package var formerAccount: FormerTerms.Account?
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
        execution: ExecutionMode = .perform,
        revision: Int? = nil,
        externalID: String? = nil,
        lines: [LineID],
        formerLines: [OrderLine] = [],
        formerAccount: FormerTerms.Account? = nil,
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
        self.execution = execution
        self.revision = revision
        self.externalID = externalID
        self.lines = lines
        self.formerLines = formerLines
        self.formerAccount = formerAccount
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
    /// The correlation of the request it answers, where that is not the order's own.
    package var correlation: String?
    /// The revision it answers, where that is not the order's own.
    package var revision: Int?
    package var reason: String?
    package var description: String?
    package var lines: [LineReport]

    /// The reason under which an order that was aborted is reported as failed.
    package static let abortedReason = "ORDER_ABORTED"
    /// The reason under which an order that a person set to failed is reported as failed, until it goes on.
    package static let failedReason = "ORDER_FAILED"
    /// The reason under which an order that was deleted before it started is reported as failed.
    package static let deletedReason = "ORDER_DELETED"

    package init(
        format: UpstreamFormat,
        status: StateName,
        root: StateTree.Root,
        code: String? = nil,
        correlation: String? = nil,
        revision: Int? = nil,
        reason: String? = nil,
        description: String? = nil,
        lines: [LineReport]
    ) {
        self.format = format
        self.status = status
        self.root = root
        self.code = code
        self.correlation = correlation
        self.revision = revision
        self.reason = reason
        self.description = description
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
    /// How far it can still be changed (RevisionPermissibleCode), when that changed.
    package var permissibility: RevisionPermissibility?

    package init(
        line: LineID,
        state: StateName,
        root: StateTree.Root,
        code: String? = nil,
        milestone: MilestoneName? = nil,
        attributes: [LineAttribute] = [],
        permissibility: RevisionPermissibility? = nil
    ) {
        self.line = line
        self.state = state
        self.root = root
        self.code = code
        self.milestone = milestone
        self.attributes = attributes
        self.permissibility = permissibility
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
    /// Under which name it is told, where that is not the order's key.
    package var correlation: String?
    /// Of ``processingFields`` what the order has.
    package var processing: [String: String] = [:]

    /// What order capture says of its processing of an order, and reads in its faults.
    package static let processingFields = ["ProcessingNumber", "ProcessingTypeCode", "ProcessingQuantity"]

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
