internal import Broker
internal import Logging
internal import Orders
internal import Store

/// The station's log lines: their words and their keys stand in this one place.
///
/// `error` wakes somebody, `warning` is mended by trying again, `info` is a life-cycle event, `debug` is per message.
/// No line holds customer data.
struct StationLog: Sendable {
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func note(_ note: HopNote) {
        let level: Logger.Level =
            switch note.level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = ["role": "\(note.role)"]
        if let order = note.order { metadata["order.key"] = "\(order)" }
        if let id = note.messageID, !id.rawValue.isEmpty { metadata["message.id"] = "\(id)" }
        if let id = note.transportID { metadata["message.amqp.id"] = "\(id)" }
        if let queue = note.queue { metadata["queue.name"] = "\(queue)" }
        if let component = note.component { metadata["component.id"] = "\(component)" }
        if let code = note.code { metadata["failure.code"] = "\(code.rawValue)" }
        logger.log(level: level, "\(note.text)", metadata: metadata)
    }

    func consumerConnected(role: RoleName, link: Int) {
        logger.info("consuming", metadata: ["role": "\(role)", "link": "\(link)"])
    }

    func publisherConnected() { logger.info("publisher connected") }

    /// `leftOut`, here and below: how often the same was not said since it was said last.
    func connectionLost(what: String, error: BrokerError, retrySeconds: Double, leftOut: Int) {
        let tenths = Int(retrySeconds * 10)
        logger.warning(
            "\(what) \(error.isOfAPart ? "waits" : "has no broker"): \(error.explanation)",
            metadata: Self.with(
                leftOut,
                ["error.code": "\(error.code)", "retry.seconds": "\(tenths / 10).\(tenths % 10)"]
            )
        )
    }

    private static func with(_ leftOut: Int, _ metadata: Logger.Metadata) -> Logger.Metadata {
        leftOut == 0 ? metadata : metadata.merging(["repeated": "\(leftOut + 1)"]) { $1 }
    }

    func linkClosed(what: String, error: BrokerError) {
        logger.error(
            "\(what) has ended: \(error.explanation)",
            metadata: ["error.code": "\(error.code)"]
        )
    }

    func notTaken(id: Int64, for destination: Destination?, reason: String, leftOut: Int) {
        var metadata: Logger.Metadata = ["outbox.id": "\(id)", "reason": "\(reason)"]
        if let destination { metadata["destination"] = "\(destination)" }
        logger.warning(
            "a message stays in the outbox and is tried again; look at `waystation topology plan`",
            metadata: Self.with(leftOut, metadata)
        )
    }

    func blocked(reason: String) {
        logger.warning(
            "the broker accepts no messages for now; they are kept",
            metadata: ["reason": "\(reason)"]
        )
    }

    func unblocked() { logger.info("the broker accepts messages again") }

    func storeTrouble(_ error: StoreError, retryMilliseconds: Int64, leftOut: Int) {
        logger.error(
            "the store takes nothing: \(error.explanation)",
            metadata: Self.with(
                leftOut,
                ["error.code": "\(error.code)", "retry.milliseconds": "\(retryMilliseconds)"]
            )
        )
    }

    func storeIsWell() { logger.info("the store works again") }

    func paused(role: RoleName, queue: String, code: FailureCode, count: Int, probeSeconds: Int) {
        logger.error(
            """
            \(role) pauses \(queue): \(count) messages failed one after the other with \(code.rawValue), so the fault is \
            rather the catalog's or their sender's. One message is tried every \(probeSeconds) s; with killSwitch.failures \
            0 all of them go to the error queue
            """,
            metadata: ["role": "\(role)", "queue.name": "\(queue)", "failure.code": "\(code.rawValue)"]
        )
    }

    func goesOn(role: RoleName, queue: String) {
        logger.info(
            "\(role) goes on with \(queue): a message did not fail",
            metadata: ["role": "\(role)", "queue.name": "\(queue)"]
        )
    }

    func removed(_ counts: RemovedCounts) {
        logger.info(
            "removed what was old enough",
            metadata: [
                "inbox": "\(counts.inbox)", "orders": "\(counts.orders)", "failed": "\(counts.failed)",
                "deletions": "\(counts.deletions)",
            ]
        )
    }

    func draining(seconds: Int) { logger.info("draining", metadata: ["deadline.seconds": "\(seconds)"]) }

    /// The last line: what the station still owes, and to whom.
    func drained(owed: OwedMessages) {
        guard !owed.isEmpty else {
            logger.info("drained; nothing is owed")
            return
        }
        logger.warning(
            "stopped with \(owed.text) owed; they are kept and go out after the next start",
            metadata: ["owed.messages": "\(owed.count)"]
        )
    }
}

extension BrokerError {
    /// Whether the broker is there, and only a queue or exchange is not as it should be.
    var isOfAPart: Bool {
        switch code {
        case .notFound, .preconditionFailed, .locked, .consumerCancelled: true
        default: false
        }
    }
}
