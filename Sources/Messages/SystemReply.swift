package import Orders

/// What a fulfillment system says about a component it was asked to fulfill: a ProcessFulfillmentOrderUpdate.
package struct SystemReply: Sendable, Hashable {
    /// The order as the asking side knows it.
    package var orderKey: OrderKey
    /// As the request had it.
    package var correlation: String?
    package var component: ComponentID?
    /// The system's own identification of the work.
    package var externalID: String?
    /// In the system's words; `nil` when only lines are reported.
    package var status: String?
    package var reason: String?
    package var description: String?
    package var milestone: String?
    package var lines: [Line]

    package init(
        orderKey: OrderKey,
        correlation: String?,
        component: ComponentID?,
        externalID: String? = nil,
        status: String?,
        reason: String? = nil,
        description: String? = nil,
        milestone: String? = nil,
        lines: [Line] = []
    ) {
        self.orderKey = orderKey
        self.correlation = correlation
        self.component = component
        self.externalID = externalID
        self.status = status
        self.reason = reason
        self.description = description
        self.milestone = milestone
        self.lines = lines
    }

    /// What it says of one line.
    package struct Line: Sendable, Hashable {
        package var lineID: LineID
        package var status: String?
        package var reason: String?
        package var description: String?
        package var milestone: String?
        package var attributes: [LineAttribute]

        package init(
            lineID: LineID,
            status: String?,
            reason: String? = nil,
            description: String? = nil,
            milestone: String? = nil,
            attributes: [LineAttribute] = []
        ) {
            self.lineID = lineID
            self.status = status
            self.reason = reason
            self.description = description
            self.milestone = milestone
            self.attributes = attributes
        }
    }
}
