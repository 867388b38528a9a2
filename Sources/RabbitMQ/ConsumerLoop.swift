import Broker
import CRabbitMQ

/// What the owner of a consumer link asks for.
enum ConsumerCommand: Sendable {
    case acknowledge([DeliveryTag])
    case reject([DeliveryTag])
    case takeOneByOne(Set<String>)
    case pause
    case resume
    case close
}

/// The life of one consumer link, on its own thread: connect, consume, settle, and after any doubt all of it again.
final class ConsumerLoop {
    private static let batchDeliveriesMax = 256
    private static let batchBytesMax = 8 << 20

    private enum Wish {
        case consume
        case pause
        case close
    }

    /// How far a pause has come on the present connection.
    private enum Pausing {
        case no
        /// `basic.cancel` is sent; so many answers are missing.
        case awaitingAnswers(Int)
        /// The owner was told.
        case done
    }

    private let configuration: ConsumerConfiguration
    private let connector: Connector
    private let mailbox: Mailbox<ConsumerCommand>
    private let counters: CounterBox<ConsumerCounters>
    private let handler: @Sendable (ConsumerEvent) -> Void
    private var retry: RetryTimer
    private var ledger: DeliveryLedger
    private var epoch: UInt64 = 0
    private var wish = Wish.consume
    private var pausing = Pausing.no
    private var lastHeard: UInt64 = 0
    /// Queues of which one message at a time is delivered.
    private var oneByOne: Set<String> = []
    /// There are more of them than the connection has.
    private var isRenewing = false
    /// These are no longer among them, and the connection does not know yet.
    private var widened: Set<String> = []
    /// The consumers of the connection.
    private var tags: [String] = []
    /// The queues' places in the configuration, in the order in which their consumers were started.
    private var started: [Int] = []
    /// Consumers of which the broker has not said that they stand.
    private var unanswered = 0
    /// While nothing is read, librabbitmq sends none.
    private var nextHeartbeat: UInt64 = 0

    init(
        configuration: ConsumerConfiguration,
        connector: Connector,
        mailbox: Mailbox<ConsumerCommand>,
        counters: CounterBox<ConsumerCounters>,
        seed: UInt64,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) {
        self.configuration = configuration
        self.connector = connector
        self.mailbox = mailbox
        self.counters = counters
        self.handler = handler
        ledger = DeliveryLedger(configuration)
        retry = RetryTimer(seed: seed)
    }

    private var isFull: Bool { ledger.bytesInHand.isFull }

    func run() {
        var isPauseTold = false
        while true {
            takeCommands()
            switch wish {
            case .close:
                handler(.closed(error: nil))
                return
            case .pause:
                if !isPauseTold { handler(.paused) }
                isPauseTold = true
                mailbox.signal.wait(milliseconds: -1)
            case .consume:
                isPauseTold = false
                do throws(BrokerError) {
                    try serve()
                } catch {
                    lose(error)
                }
                if case .done = pausing { isPauseTold = true }
                pausing = .no
            }
        }
    }

    private func lose(_ error: BrokerError) {
        ledger.abandon()
        let seconds = retry.failed()
        counters.update { $0.losses += 1 }
        handler(.lost(epoch: epoch, error: error, retryInSeconds: seconds))
        let deadline = MonotonicClock.deadline(inSeconds: seconds)
        while case .consume = wish {
            let milliseconds = MonotonicClock.milliseconds(until: deadline)
            guard milliseconds > 0 else { return }
            mailbox.signal.wait(milliseconds: milliseconds)
            takeCommands()
        }
    }

    private func takeCommands() {
        let commands = mailbox.takeAll()
        guard !commands.isEmpty else { return }
        for command in commands {
            switch command {
            case .acknowledge(let tags): ledger.acknowledge(tags)
            case .reject(let tags): ledger.reject(tags)
            case .takeOneByOne(let queues):
                isRenewing = isRenewing || !queues.isSubset(of: oneByOne)
                widened.formUnion(oneByOne.subtracting(queues))
                oneByOne = queues
                ledger.setAside(queues)
            case .pause: if case .consume = wish { wish = .pause }
            case .resume: if case .pause = wish { wish = .consume }
            case .close: wish = .close
            }
        }
        counters.update {
            $0.staleSettlements = ledger.staleCount
            $0.unknownSettlements = ledger.unknownCount
        }
    }

    /// One connection from its beginning to its end; returns when the owner ended it, throws when something else did.
    private func serve() throws(BrokerError) {
        let connection = try connector.open()
        lastHeard = MonotonicClock.nanoseconds()
        var assembler = FrameAssembler(bodyBytesMax: configuration.messageBytesMax)
        let deliveries = try subscribe(connection, &assembler)
        handler(.connected(epoch: epoch))
        hand(over: deliveries)
        while true {
            takeCommands()
            // Before what makes room for more deliveries.
            if case (.pause, .no) = (wish, pausing) { try cancel(connection) }
            try settle(connection)
            switch (wish, pausing) {
            case (.close, _):
                connection.close()
                return
            case (.consume, .no) where isRenewing:
                let seconds = connection.silenceSecondsMax
                connection.close(timeoutSeconds: seconds)
                ledger.abandon()
                return
            case (.consume, .awaitingAnswers), (.consume, .done):
                // Never consume again on a channel that has cancelled: deliveries in flight would clash.
                connection.close()
                ledger.abandon()
                return
            case (.consume, .no), (.pause, _):
                break
            }
            if case (.consume, .no) = (wish, pausing) { try widen(connection) }
            if isFull {
                try waitForRoom(connection, &assembler)
                continue
            }
            let isIdle = try receive(connection, &assembler)
            if case .awaitingAnswers(0) = pausing {
                pausing = .done
                handler(.paused)
            }
            if isIdle { waitForWork(connection) }
        }
    }

    /// Starts a consumer of each queue, all at once; gives the deliveries that came before the last of them stood.
    private func subscribe(
        _ connection: borrowing Connection,
        _ assembler: inout FrameAssembler
    ) throws(BrokerError) -> [Delivery] {
        do throws(BrokerError) {
            epoch += 1
            ledger.begin(epoch: epoch)
            isRenewing = false
            widened = []
            // Setting the prefetch waits inside the library, which keeps what is delivered meanwhile: these come first.
            let slow = configuration.queues.indices.filter { oneByOne.contains(configuration.queues[$0]) }
            let others = configuration.queues.indices.filter { !oneByOne.contains(configuration.queues[$0]) }
            started = slow + others
            tags = started.map { ConsumerTag.text($0) }
            unanswered = started.count
            for (queues, prefetch) in [(slow, 1), (others, configuration.prefetch)] where !queues.isEmpty {
                try connection.setPrefetch(prefetch)
                for index in queues {
                    try connection.consume(
                        queue: configuration.queues[index],
                        consumerTag: ConsumerTag.text(index)
                    )
                }
            }
            return try awaitAnswers(connection, &assembler)
        } catch {
            epoch -= 1
            throw error
        }
    }

    /// With the queue that it is about, while consumers are being started.
    ///
    /// The broker names it; what was answered tells nothing, as quorum queues answer behind the error about another one.
    private func named(_ error: BrokerError, _ address: String) -> BrokerError {
        guard unanswered > 0 else { return error }
        let queues = started.map { configuration.queues[$0] }
        let named = queues.count == 1 ? queues : queues.filter { error.message.contains("'\($0)'") }
        guard let queue = named.first else { return error }
        var error = error
        if error.code == .notFound {
            error.message = "queue \(queue) does not exist on \(address)"
        } else {
            error.message += " (queue \(queue))"
        }
        return error
    }

    /// Reads until all consumers stand, or until the hands are full: then the last answers come behind deliveries.
    private func awaitAnswers(
        _ connection: borrowing Connection,
        _ assembler: inout FrameAssembler
    ) throws(BrokerError) -> [Delivery] {
        assembler.operation = .consuming
        defer { assembler.operation = .waiting }
        var deliveries: [Delivery] = []
        while unanswered > 0, !isFull {
            let isIdle = try connection.receive(&assembler, lastHeard: &lastHeard) {
                incoming throws(BrokerError) in
                if let delivery = try take(incoming, connection) { deliveries.append(delivery) }
                return unanswered > 0 && !isFull
            }
            guard isIdle, unanswered > 0, !isFull else { continue }
            // Any frame is a step forward, and the answers may be behind large deliveries; heartbeats are no frames here.
            let deadline = lastHeard + UInt64(connection.answerSecondsMax * 1e9)
            let milliseconds = MonotonicClock.milliseconds(until: deadline)
            guard milliseconds > 0 else { throw Connection.silent() }
            // Commands are taken as soon as it stands.
            _ = connection.wait(for: mailbox.signal, milliseconds: milliseconds)
        }
        return deliveries
    }

    private func hand(over deliveries: [Delivery]) {
        guard !deliveries.isEmpty else { return }
        counters.update { $0.deliveries += UInt64(deliveries.count) }
        handler(.deliveries(deliveries))
    }

    private func cancel(_ connection: borrowing Connection) throws(BrokerError) {
        for tag in tags { try connection.cancel(consumerTag: tag) }
        pausing = .awaitingAnswers(tags.count)
    }

    /// Gives queues of which one message at a time was taken a second consumer, with the whole prefetch.
    ///
    /// What the first one has in hand would else go back, behind all that went back before.
    private func widen(_ connection: borrowing Connection) throws(BrokerError) {
        guard !widened.isEmpty else { return }
        try unsafe connection.guarded(until: connection.silenceDeadline(after: lastHeard)) {
            _ throws(BrokerError) in
            let prefetch = amqp_basic_qos_t(
                prefetch_size: 0,
                prefetch_count: configuration.prefetch,
                global: 0
            )
            try connection.send(.basicQos, prefetch, during: .consuming)
        }
        for index in configuration.queues.indices where widened.contains(configuration.queues[index]) {
            let tag = ConsumerTag.text(index, isSecond: true)
            try connection.consume(queue: configuration.queues[index], consumerTag: tag)
            tags.append(tag)
        }
        widened = []
    }

    private func settle(_ connection: borrowing Connection) throws(BrokerError) {
        let settlements = ledger.takeSettlements()
        guard !settlements.isEmpty else { return }
        try unsafe connection.guarded(until: connection.silenceDeadline(after: lastHeard)) {
            _ throws(BrokerError) in
            for settlement in settlements {
                switch settlement {
                case .acknowledge(let tag, let multiple):
                    try connection.send(
                        .basicAck,
                        amqp_basic_ack_t(delivery_tag: tag, multiple: multiple ? 1 : 0),
                        during: .settling
                    )
                case .reject(let tag):
                    try connection.send(
                        .basicReject,
                        amqp_basic_reject_t(delivery_tag: tag, requeue: 0),
                        during: .settling
                    )
                }
            }
        }
    }

    /// Takes what has arrived and hands its deliveries over in one event; true when nothing more is there.
    private func receive(
        _ connection: borrowing Connection,
        _ assembler: inout FrameAssembler
    ) throws(BrokerError) -> Bool {
        var batch: [Delivery] = []
        var bytes = 0
        let droppedBefore = assembler.tables.droppedCount
        let isIdle = try connection.receive(&assembler, lastHeard: &lastHeard) {
            incoming throws(BrokerError) in
            if let delivery = try take(incoming, connection) {
                bytes += delivery.message.body.count
                batch.append(delivery)
            }
            return batch.count < Self.batchDeliveriesMax && bytes < Self.batchBytesMax && !isFull
        }
        let dropped = assembler.tables.droppedCount - droppedBefore
        if dropped > 0 { counters.update { $0.deepHeaders += UInt64(dropped) } }
        hand(over: batch)
        return isIdle
    }

    private func take(
        _ incoming: Incoming,
        _ connection: borrowing Connection
    ) throws(BrokerError) -> Delivery? {
        switch incoming {
        case .delivery(let tag, let consumerTag, let redelivered, let content):
            guard let index = ConsumerTag.index(consumerTag), configuration.queues.indices.contains(index)
            else {
                throw ReplyMapping.protocolViolation("a delivery for the unknown consumer \(consumerTag)")
            }
            guard ledger.deliver(tag: tag, bytes: content.message.body.count, ofQueue: index) else {
                throw ReplyMapping.protocolViolation("the delivery tag \(tag) out of order")
            }
            let isOversized = content.announcedBytes > UInt64(configuration.messageBytesMax)
            if isOversized { counters.update { $0.oversizedBodies += 1 } }
            return Delivery(
                tag: DeliveryTag(epoch: epoch, number: tag),
                queue: configuration.queues[index],
                message: content.message,
                redelivered: redelivered,
                oversizedBytes: isOversized ? content.announcedBytes : nil
            )
        case .cancelled(let consumerTag):
            let queue = ConsumerTag.index(consumerTag).flatMap {
                configuration.queues.indices.contains($0) ? configuration.queues[$0] : nil
            }
            throw BrokerError(
                .consumerCancelled,
                "The broker stopped the consumer of queue \(queue ?? "?")",
                remedy:
                    "If the queue was deleted, run `waystation topology apply`; consuming starts again by itself",
                mayHaveHappened: true
            )
        case .consumeConfirmed:
            unanswered = max(0, unanswered - 1)
            if unanswered == 0 { retry.connected() }
        case .cancelConfirmed:
            if case .awaitingAnswers(let count) = pausing { pausing = .awaitingAnswers(max(0, count - 1)) }
        case .flow(let isActive):
            try connection.answerFlow(isActive: isActive)
        case .closed(let error, let method):
            connection.answerClose(method)
            throw named(error, connection.address)
        case .blocked, .unblocked:
            // Only publishing is blocked.
            break
        case .returned, .answered:
            throw ReplyMapping.protocolViolation("an answer to a publication that was never made")
        }
        return nil
    }

    /// Leaves what arrives where it is until something is settled: then the socket fills, and the broker waits.
    ///
    /// Nobody reads whether the broker lives: that is asked again when there is room. RabbitMQ ends a connection that takes
    /// nothing of what it sends for 30 s; another one is made then, and what was in hand comes again.
    private func waitForRoom(
        _ connection: borrowing Connection,
        _ assembler: inout FrameAssembler
    ) throws(BrokerError) {
        let pause = connection.heartbeatSeconds / 2
        let readiness = connection.wait(
            for: mailbox.signal,
            toRead: false,
            milliseconds: Int32(pause * 1_000)
        )
        lastHeard = MonotonicClock.nanoseconds()
        if readiness.canRead { try findOutHowItBroke(connection, &assembler) }
        if lastHeard >= nextHeartbeat {
            nextHeartbeat = MonotonicClock.deadline(inSeconds: pause)
            try connection.sendHeartbeat(until: connection.silenceDeadline(after: lastHeard))
        }
    }

    /// The last words of a connection that broke; deliveries among them will come again.
    private func findOutHowItBroke(
        _ connection: borrowing Connection,
        _ assembler: inout FrameAssembler
    ) throws(BrokerError) {
        _ = try connection.receive(&assembler, lastHeard: &lastHeard) { incoming throws(BrokerError) in
            guard case .closed(let error, let method) = incoming else { return true }
            connection.answerClose(method)
            throw named(error, connection.address)
        }
    }

    private func waitForWork(_ connection: borrowing Connection) {
        let milliseconds = Int32(connection.heartbeatSeconds * 500)
        let readiness = connection.wait(for: mailbox.signal, milliseconds: milliseconds)
        if readiness.canRead { lastHeard = MonotonicClock.nanoseconds() }
    }
}

/// The names we give to our consumers: their place in the list of queues.
enum ConsumerTag {
    private static let prefix = "queue-"
    private static let secondSuffix = "-second"

    static func text(_ index: Int, isSecond: Bool = false) -> String {
        "\(prefix)\(index)\(isSecond ? secondSuffix : "")"
    }

    static func index(_ text: String) -> Int? {
        guard text.hasPrefix(prefix) else { return nil }
        let end = text.hasSuffix(secondSuffix) ? secondSuffix.count : 0
        return Int(text.dropFirst(prefix.count).dropLast(end))
    }
}
