import Broker
import CRabbitMQ

/// What the broker told us, with all memory copied out of the library.
enum Incoming {
    case delivery(tag: UInt64, consumerTag: String, redelivered: Bool, content: Content)
    case returned(code: UInt16, text: String, destination: Destination, content: Content)
    case answered(tag: UInt64, multiple: Bool, isPositive: Bool)
    case cancelled(consumerTag: String)
    case consumeConfirmed(consumerTag: String)
    case cancelConfirmed(consumerTag: String)
    case blocked(reason: String)
    case unblocked
    case closed(BrokerError, by: Closing)
    case flow(isActive: Bool)

    /// A message's header and body.
    struct Content {
        var message: Message
        /// What the header announced; the body holds less when it was cut.
        var announcedBytes: UInt64
    }
}

/// Puts method, header and body frames of one channel together.
struct FrameAssembler {
    private enum Start {
        case delivery(tag: UInt64, consumerTag: String, redelivered: Bool)
        case returned(code: UInt16, text: String, destination: Destination)
    }

    private struct Partial {
        var start: Start
        var content: Incoming.Content
        var bytesKept: UInt64
        var bytesLeft: UInt64
    }

    /// What the frames so far allow next.
    private enum State {
        case betweenMessages
        case awaitingHeader(Start)
        case awaitingBody(Partial)
    }

    /// Bodies above this are cut to their first part.
    let bodyBytesMax: UInt64
    /// The part of too large a body that is kept.
    let cutBodyBytes: UInt64
    private(set) var tables = FieldTableReader()
    private var state = State.betweenMessages
    /// What is under way when the broker closes, for the error.
    var operation = Operation.waiting

    init(bodyBytesMax: Int, cutBodyBytes: Int = 64 << 10) {
        self.bodyBytesMax = UInt64(max(0, bodyBytesMax))
        self.cutBodyBytes = UInt64(min(cutBodyBytes, max(0, bodyBytesMax)))
    }

    /// Whether a message is half-way here.
    var isInsideMessage: Bool {
        if case .betweenMessages = state { return false }
        return true
    }

    /// Takes the next frame; gives what it completed, or nil when more must come.
    mutating func accept(_ frame: amqp_frame_t) throws(BrokerError) -> Incoming? {
        switch unsafe Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD:
            let method = unsafe frame.payload.method
            if case .betweenMessages = state { return try unsafe accept(method) }
            // Methods of channel 0 may come between the frames of a message.
            if unsafe frame.channel == 0 { return try unsafe accept(method) }
            throw unsafe ReplyMapping.protocolViolation("method \(method.id) inside a message")
        case AMQP_FRAME_HEADER:
            return try unsafe acceptHeader(frame)
        case AMQP_FRAME_BODY:
            return try unsafe acceptBody(frame.payload.body_fragment)
        default:
            return nil
        }
    }

    private mutating func accept(_ method: amqp_method_t) throws(BrokerError) -> Incoming? {
        guard let kind = unsafe Method(rawValue: method.id) else {
            throw unsafe ReplyMapping.protocolViolation("the unexpected method \(method.id)")
        }
        guard let decoded = unsafe method.decoded else {
            throw unsafe ReplyMapping.protocolViolation("method \(method.id) without arguments")
        }
        switch kind {
        case .basicDeliver:
            let deliver = unsafe decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee
            state = unsafe .awaitingHeader(
                .delivery(
                    tag: deliver.delivery_tag,
                    consumerTag: String(amqp: deliver.consumer_tag),
                    redelivered: deliver.redelivered != 0
                )
            )
            return nil
        case .basicReturn:
            let value = unsafe decoded.assumingMemoryBound(to: amqp_basic_return_t.self).pointee
            let destination = unsafe Destination(
                exchange: String(amqp: value.exchange),
                routingKey: String(amqp: value.routing_key)
            )
            state = unsafe .awaitingHeader(
                .returned(
                    code: value.reply_code,
                    text: ReplyMapping.text(value.reply_text),
                    destination: destination
                )
            )
            return nil
        case .basicAck:
            let ack = unsafe decoded.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee
            return .answered(tag: ack.delivery_tag, multiple: ack.multiple != 0, isPositive: true)
        case .basicNack:
            let nack = unsafe decoded.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee
            return .answered(tag: nack.delivery_tag, multiple: nack.multiple != 0, isPositive: false)
        default:
            return try unsafe acceptControl(kind, decoded, method)
        }
    }

    private func acceptControl(
        _ kind: Method,
        _ decoded: UnsafeMutableRawPointer,
        _ method: amqp_method_t
    ) throws(BrokerError) -> Incoming? {
        switch kind {
        case .basicCancel:
            let cancel = unsafe decoded.assumingMemoryBound(to: amqp_basic_cancel_t.self).pointee
            return unsafe .cancelled(consumerTag: String(amqp: cancel.consumer_tag))
        case .basicConsumeOK:
            let consume = unsafe decoded.assumingMemoryBound(to: amqp_basic_consume_ok_t.self).pointee
            return unsafe .consumeConfirmed(consumerTag: String(amqp: consume.consumer_tag))
        case .basicCancelOK:
            let cancel = unsafe decoded.assumingMemoryBound(to: amqp_basic_cancel_ok_t.self).pointee
            return unsafe .cancelConfirmed(consumerTag: String(amqp: cancel.consumer_tag))
        case .connectionBlocked:
            let blocked = unsafe decoded.assumingMemoryBound(to: amqp_connection_blocked_t.self).pointee
            return unsafe .blocked(reason: ReplyMapping.text(blocked.reason))
        case .connectionUnblocked:
            return .unblocked
        case .channelFlow:
            return unsafe .flow(
                isActive: decoded.assumingMemoryBound(to: amqp_channel_flow_t.self).pointee.active != 0
            )
        case .basicQosOK:
            return nil
        case .channelClose, .connectionClose:
            return unsafe .closed(
                ReplyMapping.closure(method, during: operation),
                by: ReplyMapping.closing(method)
            )
        case .channelCloseOK, .connectionCloseOK, .channelFlowOK, .basicQos, .basicConsume, .basicDeliver,
            .basicReturn,
            .basicAck, .basicNack, .basicReject:
            throw unsafe ReplyMapping.protocolViolation("the unexpected method \(method.id)")
        }
    }

    private mutating func acceptHeader(_ frame: amqp_frame_t) throws(BrokerError) -> Incoming? {
        guard case .awaitingHeader(let start) = state,
            let decoded = unsafe frame.payload.properties.decoded
        else { throw ReplyMapping.protocolViolation("a header frame without its method") }
        // The library decodes those of other classes into smaller structures.
        let classID = unsafe frame.payload.properties.class_id
        guard classID == AMQP_BASIC_CLASS else {
            throw ReplyMapping.protocolViolation("a header frame of class \(classID)")
        }
        let announced = unsafe frame.payload.properties.body_size
        let kept = announced > bodyBytesMax ? cutBodyBytes : announced
        let properties = unsafe MessageProperties(
            amqp: decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee,
            tables: &tables
        )
        var content = Incoming.Content(
            message: Message(properties: properties, body: []),
            announcedBytes: announced
        )
        content.message.body.reserveCapacity(Int(kept))
        return finishIfComplete(
            Partial(start: start, content: content, bytesKept: kept, bytesLeft: announced)
        )
    }

    private mutating func acceptBody(_ fragment: amqp_bytes_t) throws(BrokerError) -> Incoming? {
        guard case .awaitingBody(var partial) = state, unsafe fragment.len <= partial.bytesLeft else {
            throw ReplyMapping.protocolViolation("a body frame that belongs to no message, or too much of it")
        }
        state = .betweenMessages
        unsafe partial.bytesLeft -= UInt64(fragment.len)
        let room = partial.bytesKept - UInt64(partial.content.message.body.count)
        let count = unsafe min(Int(room), fragment.len)
        unsafe partial.content.message.body.append(
            contentsOf: UnsafeRawBufferPointer(start: fragment.bytes, count: count)
        )
        return finishIfComplete(partial)
    }

    private mutating func finishIfComplete(_ partial: consuming Partial) -> Incoming? {
        guard partial.bytesLeft == 0 else {
            state = .awaitingBody(partial)
            return nil
        }
        state = .betweenMessages
        switch partial.start {
        case .delivery(let tag, let consumerTag, let redelivered):
            return .delivery(
                tag: tag,
                consumerTag: consumerTag,
                redelivered: redelivered,
                content: partial.content
            )
        case .returned(let code, let text, let destination):
            return .returned(code: code, text: text, destination: destination, content: partial.content)
        }
    }
}
