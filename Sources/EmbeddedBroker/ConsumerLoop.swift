import Broker

/// The life of one consumer link, on its own thread: enter the file, claim and hand over, settle, and after a
/// failure all of it again.
final class ConsumerLoop {
    /// A presence in the file; its end, orderly or not, returns what was not settled.
    private struct Connection {
        let storage: Storage
        let session: Session
        var queues: [ConsumedQueue]
        var inHand: DeliveriesInHand
        var dataVersion: Int
        var sweepAt: MonotonicTime
    }

    private struct ConsumedQueue {
        let id: Int64
        /// Whether a look into the file may find more.
        var hasMore = true
    }

    /// While paused and not connected only a command can change anything.
    private static let pausedWaitMilliseconds = 60_000

    private let broker: EmbeddedBroker
    private let configuration: ConsumerConfiguration
    private let link: EmbeddedConsumer
    private let handler: @Sendable (ConsumerEvent) -> Void
    private let listener: Int

    private var connection: Connection?
    private var epoch: UInt64 = 0
    private var isPaused = false
    /// Queues of which one message at a time is delivered.
    private var oneByOne: Set<String> = []
    /// A resumed link starts a new epoch, as a new channel would.
    private var isRenewing = false
    private var isClosing = false
    private var retry: RetrySchedule

    init(
        broker: EmbeddedBroker,
        configuration: ConsumerConfiguration,
        link: EmbeddedConsumer,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) {
        self.broker = broker
        self.configuration = configuration
        self.link = link
        self.handler = handler
        let inbox = link.inbox
        listener = broker.addListener { inbox.nudge() }
        retry = RetrySchedule(broker.limits, seed: UInt64(listener))
    }

    func run() {
        defer { broker.removeListener(listener) }
        while true {
            note(link.inbox.take(waitingMilliseconds: waitMilliseconds()))
            if isClosing {
                handler(.closed(error: leave()))
                return
            }
            do throws(BrokerError) {
                try turn()
            } catch {
                lose()
                guard error.isRetryable else {
                    handler(.closed(error: error))
                    return
                }
                handler(.lost(epoch: epoch, error: error, retryInSeconds: retry.failed()))
            }
        }
    }

    // MARK: Commands

    private func note(_ mail: Inbox<ConsumerCommand>.Mail) {
        if mail.isNudged { expectMore() }
        for command in mail.commands {
            switch command {
            case .acknowledge(let tags):
                for tag in tags where connection?.inHand.acknowledge(tag) != true {
                    link.countStaleSettlement()
                }
            case .reject(let tags):
                for tag in tags where connection?.inHand.reject(tag) != true { link.countStaleSettlement() }
            case .takeOneByOne(let queues):
                isRenewing = isRenewing || (!queues.isSubset(of: oneByOne) && !isPaused)
                oneByOne = queues
                connection?.inHand.setAside(queues)
            case .pause:
                guard !isPaused else { break }
                isPaused = true
                handler(.paused)
            case .resume:
                guard isPaused else { break }
                isPaused = false
                isRenewing = true
            case .close:
                isClosing = true
            }
        }
    }

    private func expectMore() {
        guard var queues = connection?.queues else { return }
        for index in queues.indices { queues[index].hasMore = true }
        connection?.queues = queues
    }

    private func waitMilliseconds() -> Int {
        guard let connection else {
            return isPaused ? Self.pausedWaitMilliseconds : retry.milliseconds(from: .current())
        }
        if isRenewing || !connection.inHand.settlements.isEmpty || !claimable(connection).isEmpty { return 0 }
        let untilSweep = connection.sweepAt.milliseconds(from: .current())
        return isPaused ? untilSweep : min(broker.limits.pollIntervalMilliseconds, untilSweep)
    }

    // MARK: Work

    private func turn() throws(BrokerError) {
        if isRenewing {
            isRenewing = false
            if let error = leave() { throw error }
        }
        guard connection != nil else {
            guard !isPaused, retry.milliseconds(from: .current()) == 0 else { return }
            return try connect()
        }
        try look()
        guard let connection else { return }
        let claimable = claimable(connection)
        guard !connection.inHand.settlements.isEmpty || !claimable.isEmpty else { return }
        try exchange(connection, claimable)
    }

    private func connect() throws(BrokerError) {
        let storage = try broker.storage()
        let names = configuration.queues
        let queues = try storage.read { transaction in
            try names.map { name in
                guard let id = try transaction.queueID(name) else {
                    throw BrokerError(
                        .notFound,
                        "queue \(name) does not exist in \(storage.files.folder)",
                        remedy: "Run `waystation topology apply`."
                    )
                }
                return ConsumedQueue(id: id)
            }
        }
        let dataVersion = try storage.dataVersion()
        let session = try Session.open(name: configuration.name, in: storage)
        epoch += 1
        connection = Connection(
            storage: storage,
            session: session,
            queues: queues,
            inHand: DeliveriesInHand(epoch: epoch, configuration, setAside: oneByOne),
            dataVersion: dataVersion,
            sweepAt: nextSweep()
        )
        retry.succeeded()
        handler(.connected(epoch: epoch))
    }

    /// Learns what other processes have done since the last look.
    private func look() throws(BrokerError) {
        guard let storage = connection?.storage else { return }
        if let sweepAt = connection?.sweepAt, sweepAt <= .current() {
            connection?.sweepAt = nextSweep()
            guard storage.isInPlace else {
                throw StorageFailure.replaced(folder: storage.files.folder)
            }
            if try Session.returnClaimsOfTheDead(in: storage) {
                expectMore()
                broker.nudge(except: listener)
            }
        }
        let dataVersion = try storage.dataVersion()
        if dataVersion != connection?.dataVersion {
            connection?.dataVersion = dataVersion
            expectMore()
        }
    }

    private func nextSweep() -> MonotonicTime {
        MonotonicTime.current().advanced(milliseconds: broker.limits.sweepIntervalMilliseconds)
    }

    /// The queues that may have more and for which the prefetch leaves room; none while enough bytes are in hand.
    private func claimable(_ connection: Connection) -> [Int] {
        guard !isPaused, !connection.inHand.bytes.isFull else { return [] }
        return connection.queues.indices.filter { index in
            connection.queues[index].hasMore
                && connection.inHand.counts[index] < prefetch(index)
        }
    }

    private func prefetch(_ index: Int) -> Int {
        oneByOne.contains(configuration.queues[index]) ? 1 : Int(configuration.prefetch)
    }

    /// Settles what was asked for and claims what there is room for, in one transaction, and hands it over.
    private func exchange(_ connection: Connection, _ claimable: [Int]) throws(BrokerError) {
        let settlements = self.connection?.inHand.takeSettlements() ?? DeliveriesInHand.Settlements()
        let session = connection.session.id
        var claims: [Claim] = []
        var bytesLeft = connection.inHand.bytes.room
        var isMoved = false
        try connection.storage.transaction { transaction in
            try transaction.requireSession(session)
            isMoved = try transaction.apply(
                settlements,
                session: session,
                secondsSince1970: broker.secondsSince1970
            )
            for index in claimable where bytesLeft > 0 {
                let room = prefetch(index) - connection.inHand.counts[index]
                let limits = ClaimLimits(
                    messagesMax: min(room, broker.limits.groupMessagesMax),
                    bytesMax: min(bytesLeft, broker.limits.groupBytesMax),
                    bodyBytesMax: configuration.messageBytesMax,
                    cutBodyBytes: min(configuration.messageBytesMax, broker.limits.cutBodyBytes)
                )
                let claim = try transaction.claim(
                    queue: connection.queues[index].id,
                    session: session,
                    limits: limits
                )
                bytesLeft -= claim.messages.reduce(0) { $0 + $1.message.body.count }
                claims.append(claim)
            }
        }
        if isMoved {
            expectMore()
            broker.nudge(except: listener)
        }
        hand(over: claims, from: claimable)
    }

    private func hand(over claims: [Claim], from claimable: [Int]) {
        guard var connection else { return }
        var deliveries: [Delivery] = []
        for (index, claim) in zip(claimable, claims) {
            connection.queues[index].hasMore = claim.hasMore
            for claimed in claim.messages {
                deliveries.append(
                    Delivery(
                        tag: connection.inHand.add(
                            message: claimed.id,
                            queueIndex: index,
                            bytes: claimed.message.body.count
                        ),
                        queue: configuration.queues[index],
                        message: claimed.message,
                        redelivered: claimed.redelivered,
                        oversizedBytes: claimed.oversizedBytes
                    )
                )
            }
        }
        self.connection = connection
        if !deliveries.isEmpty { handler(.deliveries(deliveries)) }
    }

    // MARK: Ends

    /// Settles what was asked for and gives the rest back; an error means that some of it may come again.
    private func leave() -> BrokerError? {
        guard let connection else { return nil }
        self.connection = nil
        let settlements = connection.inHand.settlements
        let session = connection.session
        do throws(BrokerError) {
            if !settlements.isEmpty {
                try connection.storage.transaction { transaction in
                    try transaction.requireSession(session.id)
                    _ = try transaction.apply(
                        settlements,
                        session: session.id,
                        secondsSince1970: broker.secondsSince1970
                    )
                }
            }
            try session.close(in: connection.storage)
            broker.nudge(except: listener)
            return nil
        } catch {
            broker.discard(connection.storage)
            return error
        }
    }

    private func lose() {
        if let connection { broker.discard(connection.storage) }
        connection = nil
    }
}
