/// What the role tells whoever sent it the order.
package struct UpstreamPolicy: Sendable, Hashable {
    package var format: UpstreamFormat
    /// One message for all lines that a hop changed, or one for each of them.
    package var grouping: UpstreamGrouping

    package init(format: UpstreamFormat, grouping: UpstreamGrouping = .together) {
        self.format = format
        self.grouping = grouping
    }
}

/// The message that carries status upstream.
package enum UpstreamFormat: String, Sendable, Hashable, CaseIterable {
    case salesOrderUpdate = "UpdateSalesOrderEBM"
    case fulfillmentOrderUpdate = "ProcessFulfillmentOrderUpdateEBM"
    case none
}

/// How changed lines are put into upstream messages.
package enum UpstreamGrouping: String, Sendable, Hashable, CaseIterable {
    case together
    case each
}
