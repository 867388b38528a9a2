package import Fulfillment
package import Orders

/// A message whose bytes made sense.
package struct DecodedMessage: Sendable, Hashable {
    /// The root's name, such as `ProcessSalesOrderFulfillmentEBM`, or the mapping's format name.
    package var name: String
    /// Its header; for foreign formats what the transport and the mapping give.
    package var context: MessageContext
    package var content: Content

    // Kept apart: a message is handed on from stage to stage.
    package indirect enum Content: Sendable, Hashable {
        /// ProcessSalesOrderFulfillment, ProcessProvisioningOrder, or a foreign order.
        case order(OrderDraft)
        /// ProcessFulfillmentOrderUpdate.
        case update(FulfillmentUpdate)
        /// ProcessFulfillmentOrder: what a fulfillment system is asked; read by emulated systems.
        case fulfillmentRequest(FulfillmentRequest)
        /// ProcessOrderOperation: what a person, or a system on their behalf, asks of an order.
        case operation(OrderOperation, on: OrderKey)
        /// ProcessMessageOperation: the same of a message that failed or waits.
        case messageOperation(MessageOperation)
    }

    package init(name: String, context: MessageContext, content: Content) {
        self.name = name
        self.context = context
        self.content = content
    }

    /// The order it is about; `nil` when it is about none that is known.
    package var orderKey: OrderKey? { content.orderKey }
}

/// A ProcessFulfillmentOrder or ProcessProvisioningOrder as its receiver reads it.
package struct FulfillmentRequest: Sendable, Hashable {
    package var component: ComponentID?
    package var function: FunctionName?
    /// Whether the work is to be done, done again or taken back.
    package var execution: ExecutionMode
    package var order: OrderDraft

    package init(
        component: ComponentID?,
        function: FunctionName?,
        execution: ExecutionMode = .perform,
        order: OrderDraft
    ) {
        self.component = component
        self.function = function
        self.execution = execution
        self.order = order
    }
}

/// Why bytes made no sense: goes to the error queue with the original message, and into the fault.
package struct DecodingFailure: Error, Sendable, Hashable {
    package var failure: Failure
    /// What of the header could be read all the same.
    package var context: MessageContext?
    package var orderKey: OrderKey?
    /// Where in the document; 0 when unknown.
    package var line: Int
    package var column: Int

    package init(
        _ failure: Failure,
        context: MessageContext? = nil,
        orderKey: OrderKey? = nil,
        line: Int = 0,
        column: Int = 0
    ) {
        self.failure = failure
        self.context = context
        self.orderKey = orderKey
        self.line = line
        self.column = column
    }
}

/// What the transport says about a message beside its body.
package struct TransportContext: Sendable, Hashable {
    /// The queue it was taken from.
    package var queue: String
    package var messageID: String?
    package var correlationID: String?
    package var contentType: String?
    package var traceparent: String?

    package init(
        queue: String,
        messageID: String? = nil,
        correlationID: String? = nil,
        contentType: String? = nil,
        traceparent: String? = nil
    ) {
        self.queue = queue
        self.messageID = messageID
        self.correlationID = correlationID
        self.contentType = contentType
        self.traceparent = traceparent
    }
}
