package import Broker
package import Orders

extension MessageProperties {
    /// AMQP writes these as short strings: one byte of length.
    private static let shortStringBytesMax = 255

    /// The properties of a message the station publishes.
    ///
    /// The identification is the one in the header, so that a repetition is known as such; persistence is always on. The name is
    /// the root element's; a correlation too long for AMQP is left out, since the message itself carries it, too.
    package static func outgoing(
        name: String,
        context: EncodingContext,
        correlationID: String? = nil,
        priority: OrderPriority? = nil
    ) -> MessageProperties {
        var headers: [HeaderField] = []
        if let trace = context.cause?.traceparent ?? context.origin?.traceparent {
            headers.append(HeaderField(TraceParent.headerName, .text(trace)))
        }
        return MessageProperties(
            contentType: "application/xml",
            contentEncoding: nil,
            headers: headers,
            deliveryMode: 2,
            priority: priority.map { UInt8($0.value) },
            correlationID: correlationID.flatMap { $0.utf8.count <= shortStringBytesMax ? $0 : nil },
            messageID: context.messageID.rawValue,
            timestampSeconds: context.now.unixSeconds,
            type: name,
            appID: "waystation"
        )
    }
}

extension TransportContext {
    /// What a delivery says about its message beside the body.
    package init(_ delivery: Delivery) {
        let properties = delivery.message.properties
        self.init(
            queue: delivery.queue,
            messageID: properties.messageID,
            correlationID: properties.correlationID,
            contentType: properties.contentType,
            traceparent: properties.header(TraceParent.headerName)
        )
    }
}

/// The W3C trace context header.
package enum TraceParent {
    package static let headerName = "traceparent"

    /// Whether a text is a trace parent of a version we know the length of; others are not carried on.
    package static func isWellFormed(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let dashes = [2, 35, 52]
        guard bytes.count == 55 else { return false }
        return bytes.indices.allSatisfy { index in
            dashes.contains(index)
                ? bytes[index] == 45
                : (48...57).contains(bytes[index]) || (97...102).contains(bytes[index])
        }
    }
}
