package import Orders

/// What the role tells whoever sent it the order.
package struct UpstreamPolicy: Sendable, Hashable {
    package var format: UpstreamFormat
    /// One message for all lines that a hop changed, or one for each of them.
    package var grouping: UpstreamGrouping
    /// What upstream calls states, and those below them; others go by their root's code.
    package var statusCodes: [StateName: String]

    package init(
        format: UpstreamFormat,
        grouping: UpstreamGrouping = .together,
        statusCodes: [StateName: String] = [:]
    ) {
        self.format = format
        self.grouping = grouping
        self.statusCodes = statusCodes
    }

    /// The code of a state, else of the nearest state above it that has one.
    func statusCode(of state: StateName, in tree: StateTree) -> String? {
        guard !statusCodes.isEmpty else { return nil }
        var current: StateName? = state
        while let here = current {
            if let code = statusCodes[here] { return code }
            current = tree.nodes[here]?.parent
        }
        return nil
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
