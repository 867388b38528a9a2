import Broker
import CRabbitMQ
import Glibc

/// What we were doing when a reply came.
enum Operation: String {
    case connecting = "connecting"
    case loggingIn = "logging in"
    case openingChannel = "opening a channel"
    case consuming = "starting to consume"
    case selectingConfirms = "switching confirms on"
    case waiting = "waiting for the broker"
    case publishing = "publishing"
    case settling = "acknowledging"
    case cancelling = "cancelling a consumer"
    case declaring = "declaring the topology"
    case closing = "closing"

    /// Whether what is under way may take effect though it failed here.
    var mayHaveHappened: Bool {
        switch self {
        case .connecting, .loggingIn, .openingChannel: false
        case .consuming, .selectingConfirms, .waiting, .publishing, .settling, .cancelling, .declaring,
            .closing:
            true
        }
    }
}

/// The one table from librabbitmq's replies to our errors.
enum ReplyMapping {
    private static let textBytesMax = 255

    /// Throws unless the reply says that all is well.
    static func check(_ reply: amqp_rpc_reply_t, during operation: Operation) throws(BrokerError) {
        switch unsafe reply.reply_type {
        case AMQP_RESPONSE_NORMAL:
            return
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            throw unsafe closure(reply.reply, during: operation)
        case AMQP_RESPONSE_LIBRARY_EXCEPTION:
            throw unsafe error(status: reply.library_error, during: operation)
        default:
            // "None": the socket reached its end.
            throw error(status: AMQP_STATUS_CONNECTION_CLOSED.rawValue, during: operation)
        }
    }

    /// Throws unless the status says that all is well; `systemError` is told where the socket failed.
    static func check(
        status: Int32,
        during operation: Operation,
        systemError: Int32 = errno
    ) throws(BrokerError) {
        guard status < 0 else { return }
        throw error(status: status, during: operation, systemError: systemError)
    }

    /// The error for a channel.close or connection.close method of the broker.
    static func closure(_ method: amqp_method_t, during operation: Operation) -> BrokerError {
        let closing = unsafe closing(method)
        guard closing.isOfChannel || closing.method == Method.connectionClose.rawValue else {
            return protocolViolation("an unexpected method \(closing.method) while \(operation.rawValue)")
        }
        return closure(code: closing.code, text: closing.text, during: operation)
    }

    /// What a channel.close or connection.close method of the broker says.
    static func closing(_ method: amqp_method_t) -> Closing {
        var closing = unsafe Closing(method: method.id, code: 0, text: "no reason given")
        guard let decoded = unsafe method.decoded else { return closing }
        switch Method(rawValue: closing.method) {
        case .channelClose:
            let close = unsafe decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            closing.code = unsafe close.reply_code
            closing.text = unsafe text(close.reply_text)
        case .connectionClose:
            let close = unsafe decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            closing.code = unsafe close.reply_code
            closing.text = unsafe text(close.reply_text)
        default: break
        }
        return closing
    }

    /// The error for a reply code of AMQP 0-9-1.
    static func closure(code: UInt16, text: String, during operation: Operation) -> BrokerError {
        let reason = text.hasSuffix(".") ? String(text.dropLast()) : text
        let message = "While \(operation.rawValue), the broker said: \(code) \(reason)"
        let (kind, remedy): (BrokerError.Code, String) =
            switch code {
            case 403:
                (.accessRefused, "Check user, password and the permissions on the virtual host")
            case 530:
                (
                    .accessRefused,
                    "Check that the virtual host exists, is running, and that the user may enter it"
                )
            case 404:
                (.notFound, "Declare what is missing: run `waystation topology apply`")
            case 405:
                (.locked, "Find who has the queue for itself alone, or give this one another name")
            case 406:
                (
                    .preconditionFailed,
                    "Compare the arguments with the broker's: run `waystation topology plan`"
                )
            case 501...505:
                (.protocolViolation, "Look at the broker's log; if it stays, report it with that log")
            default:
                (.closedByBroker, "Look at the broker's log; the connection is made anew by itself")
            }
        return BrokerError(kind, message, remedy: remedy, mayHaveHappened: operation.mayHaveHappened)
    }

    static func protocolViolation(_ what: String) -> BrokerError {
        BrokerError(
            .protocolViolation,
            "The broker sent \(what)",
            remedy: "Check that the address leads to an AMQP 0-9-1 broker and that nothing alters the stream",
            mayHaveHappened: true
        )
    }

    private static func error(
        status: Int32,
        during operation: Operation,
        systemError: Int32 = errno
    ) -> BrokerError {
        let reason = reason(status: status, systemError: systemError)
        let (kind, remedy): (BrokerError.Code, String) =
            switch amqp_status_enum(rawValue: status) {
            case AMQP_STATUS_BAD_AMQP_DATA, AMQP_STATUS_UNKNOWN_CLASS, AMQP_STATUS_UNKNOWN_METHOD,
                AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION, AMQP_STATUS_WRONG_METHOD, AMQP_STATUS_UNEXPECTED_STATE:
                (
                    .protocolViolation,
                    "Check that the address leads to an AMQP 0-9-1 broker, and TLS to a TLS port"
                )
            case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED:
                (.unreachable, "Check the host name and the name service")
            case AMQP_STATUS_SSL_ERROR, AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED,
                AMQP_STATUS_SSL_PEER_VERIFY_FAILED,
                AMQP_STATUS_SSL_CONNECTION_FAILED, AMQP_STATUS_SSL_SET_ENGINE_FAILED:
                (.tls, "Check both sides' certificates, names, authorities and TLS versions")
            default:
                switch operation {
                case .connecting:
                    (.unreachable, "Check that the broker runs and that host and port are right")
                case .loggingIn:
                    (
                        .unreachable,
                        "Check that the port speaks AMQP (not TLS or HTTP) and look at the broker's log"
                    )
                default:
                    (.connectionLost, "Look at network and broker; the connection is made anew by itself")
                }
            }
        return BrokerError(
            kind,
            "\(operation.rawValue.prefix(1).uppercased())\(operation.rawValue.dropFirst()) failed: \(reason)",
            remedy: remedy,
            mayHaveHappened: operation.mayHaveHappened
        )
    }

    /// What the status means; the library's own words for troubles of the network hide more than they tell.
    private static func reason(status: Int32, systemError: Int32) -> String {
        switch amqp_status_enum(rawValue: status) {
        case AMQP_STATUS_SOCKET_ERROR, AMQP_STATUS_TCP_ERROR:
            SystemError.networkReason(systemError) ?? "the connection broke"
        case AMQP_STATUS_CONNECTION_CLOSED: "the other side closed the connection"
        case AMQP_STATUS_TIMEOUT: "no answer in time"
        case AMQP_STATUS_HEARTBEAT_TIMEOUT: "no sign of life for two heartbeats"
        default: unsafe String(cString: amqp_error_string2(status))
        }
    }

    /// A text of the broker for people: bounded, valid, without control characters.
    static func text(_ bytes: amqp_bytes_t) -> String {
        unsafe text(UnsafeRawBufferPointer(start: bytes.bytes, count: min(bytes.len, textBytesMax)))
    }

    static func text(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes.prefix(textBytesMax), as: UTF8.self)
        return String(
            text.map { $0.isNewline || ($0.asciiValue.map { $0 < 0x20 || $0 == 0x7F } ?? false) ? " " : $0 }
        )
    }
}

/// The end of a channel or connection in the broker's words.
struct Closing {
    let method: amqp_method_number_t
    fileprivate(set) var code: UInt16
    fileprivate(set) var text: String

    /// Whether the connection itself goes on.
    var isOfChannel: Bool { method == Method.channelClose.rawValue }
}

extension BrokerError {
    /// The error with the broker's address in its message, once.
    func named(_ address: String) -> BrokerError {
        guard !message.contains(address) else { return self }
        var error = self
        error.message += " (\(address))"
        return error
    }
}

/// Numbers of the AMQP 0-9-1 methods that a client meets: class in the upper, method in the lower half.
enum Method: UInt32 {
    case connectionClose = 0x000A_0032
    case connectionCloseOK = 0x000A_0033
    case connectionBlocked = 0x000A_003C
    case connectionUnblocked = 0x000A_003D
    case channelFlow = 0x0014_0014
    case channelFlowOK = 0x0014_0015
    case channelClose = 0x0014_0028
    case channelCloseOK = 0x0014_0029
    case basicQos = 0x003C_000A
    case basicQosOK = 0x003C_000B
    case basicConsume = 0x003C_0014
    case basicConsumeOK = 0x003C_0015
    case basicCancel = 0x003C_001E
    case basicCancelOK = 0x003C_001F
    case basicReturn = 0x003C_0032
    case basicDeliver = 0x003C_003C
    case basicAck = 0x003C_0050
    case basicReject = 0x003C_005A
    case basicNack = 0x003C_0078
}
