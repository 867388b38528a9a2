/// What a fulfillment system (or SOM) reports about work it was asked for: a ProcessFulfillmentOrderUpdate,
/// decoded.
package struct FulfillmentUpdate: Codable, Hashable, Sendable {
    package var orderKey: OrderKey
    package var revision: String?
    /// The correlation the request carried (COMCorrelationID); it names the component.
    package var correlation: String?
    /// The component, when the message names it.
    package var component: ComponentID?
    /// The system's own identification of the work.
    package var externalID: String?
    /// Of the whole component; `nil` when only lines are reported.
    package var status: ReportedStatus?
    package var milestone: String?
    package var lines: [LineUpdate]

    package init(
        orderKey: OrderKey,
        revision: String? = nil,
        correlation: String? = nil,
        component: ComponentID? = nil,
        externalID: String? = nil,
        status: ReportedStatus? = nil,
        milestone: String? = nil,
        lines: [LineUpdate] = []
    ) {
        self.orderKey = orderKey
        self.revision = revision
        self.correlation = correlation
        self.component = component
        self.externalID = externalID
        self.status = status
        self.milestone = milestone
        self.lines = lines
    }
}

/// A status in another system's words.
package struct ReportedStatus: Codable, Hashable, Sendable {
    package var code: String
    package var reason: String?
    package var description: String?

    package init(code: String, reason: String? = nil, description: String? = nil) {
        self.code = code
        self.reason = reason
        self.description = description
    }
}

/// What a ``FulfillmentUpdate`` says of one line.
package struct LineUpdate: Codable, Hashable, Sendable {
    package var lineID: LineID
    package var status: ReportedStatus?
    package var milestone: String?
    /// Values for the order's line; an empty value never blanks one.
    package var attributes: [LineAttribute]

    package init(
        lineID: LineID,
        status: ReportedStatus? = nil,
        milestone: String? = nil,
        attributes: [LineAttribute] = []
    ) {
        self.lineID = lineID
        self.status = status
        self.milestone = milestone
        self.attributes = attributes
    }
}
