/// What went wrong with a broker, whether it may have happened all the same, and what to do.
///
/// Its description never holds a password or a message's content.
package struct BrokerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure; codes are published names and are never reused for something else.
    package struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }

        /// No connection could be made (name not resolved, refused, timed out).
        package static let unreachable = Code(rawValue: "BROKER_UNREACHABLE")
        /// User, password or virtual host refused.
        package static let accessRefused = Code(rawValue: "BROKER_ACCESS_REFUSED")
        /// TLS did not come about: certificate, host name, version.
        package static let tls = Code(rawValue: "BROKER_TLS")
        /// The connection broke or fell silent.
        package static let connectionLost = Code(rawValue: "BROKER_CONNECTION_LOST")
        /// The broker closed the channel or connection and said why.
        package static let closedByBroker = Code(rawValue: "BROKER_CLOSED")
        /// A queue or exchange does not exist.
        package static let notFound = Code(rawValue: "BROKER_NOT_FOUND")
        /// A queue or exchange exists with other arguments.
        package static let preconditionFailed = Code(rawValue: "BROKER_PRECONDITION_FAILED")
        /// A queue belongs to another connection alone.
        package static let locked = Code(rawValue: "BROKER_LOCKED")
        /// The broker stopped the consumer (queue deleted, node gone).
        package static let consumerCancelled = Code(rawValue: "BROKER_CONSUMER_CANCELLED")
        /// Confirms stayed away too long.
        package static let confirmTimeout = Code(rawValue: "BROKER_CONFIRM_TIMEOUT")
        /// The peer broke the protocol or sent more than the limits allow.
        package static let protocolViolation = Code(rawValue: "BROKER_PROTOCOL")
        /// The embedded broker's folder cannot be used (locked, full, damaged).
        package static let storage = Code(rawValue: "BROKER_STORAGE")
        /// The address or its options make no sense.
        package static let configuration = Code(rawValue: "BROKER_CONFIGURATION")
    }

    package var code: Code
    /// What happened, in a sentence.
    package var message: String
    /// What the reader can do about it.
    package var remedy: String
    /// Whether trying again can help.
    package var isRetryable: Bool
    /// Whether what was asked may have taken effect all the same.
    package var mayHaveHappened: Bool
    package var file: String
    package var line: Int

    package init(
        _ code: Code,
        _ message: String,
        remedy: String,
        isRetryable: Bool = true,
        mayHaveHappened: Bool = false,
        file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.isRetryable = isRetryable
        self.mayHaveHappened = mayHaveHappened
        self.file = file
        self.line = line
    }

    /// What happened and what to do, in whole sentences.
    package var explanation: String { Sentences.joined(message, remedy) }

    package var description: String { "\(code): \(explanation)" }
}
