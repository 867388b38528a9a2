package import Fulfillment
package import Messages

/// A catalog file, read and checked: what a role accepts and how it fulfills it.
package struct RoleCatalog: Sendable, Hashable {
    package var fulfillment: FulfillmentCatalog
    /// EBM names (such as `ProcessSalesOrderFulfillmentEBM`) this role takes orders from; foreign formats come beside.
    package var acceptedMessages: Set<String>
    package var mappings: [FormatMapping]
    /// The file's own bytes: kept in the store, so that open orders end on the version they began with.
    package var text: [UInt8]

    package init(
        fulfillment: FulfillmentCatalog,
        acceptedMessages: Set<String>,
        mappings: [FormatMapping],
        text: [UInt8]
    ) {
        self.fulfillment = fulfillment
        self.acceptedMessages = acceptedMessages
        self.mappings = mappings
        self.text = text
    }
}
