package import Broker
package import Logging
internal import Messages
package import Orders

/// Plays the external systems of the roles' catalogs: takes their requests, answers as the catalogs say.
///
/// A request is acknowledged when its last reply was confirmed; after a crash it is answered again with the same
/// messages. `run` blocks its thread until the emulator was stopped.
package final class SystemEmulator: Sendable {
    private let systems: [EmulatedSystems]
    private let broker: any Broker
    private let clock: any WallClock
    private let logger: Logger
    private let observe: @Sendable (EmulatedSystems.Answered) -> Void
    private let mailbox = Mailbox<Event>()

    fileprivate enum Event: Sendable {
        case consumer(system: Int, ConsumerEvent)
        case publisher(PublisherEvent)
        case stop
    }

    package init(
        roles: [RoleRuntime],
        broker: any Broker,
        clock: any WallClock,
        options: EmulationOptions,
        logger: Logger,
        observe: @escaping @Sendable (EmulatedSystems.Answered) -> Void = { _ in }
    ) {
        systems = roles.map { EmulatedSystems(role: $0, options: options) }.filter { !$0.queues.isEmpty }
        self.broker = broker
        self.clock = clock
        self.logger = logger
        self.observe = observe
    }

    /// The queues it serves.
    package var queues: [String] { systems.flatMap(\.queues) }

    /// Ends `run`; may come from any thread.
    package func stop() { mailbox.post(.stop) }

    /// Answers until it was stopped.
    ///
    /// - Returns: What ended it, when that was not ``stop()``.
    @discardableResult
    package func run() -> BrokerError? {
        let mailbox = mailbox
        let consumers = systems.enumerated().map { index, systems in
            broker.openConsumer(
                ConsumerConfiguration(name: "waystation emulator", queues: systems.queues)
            ) { mailbox.post(.consumer(system: index, $0)) }
        }
        let publisher = broker.openPublisher(PublisherConfiguration(name: "waystation emulator")) {
            mailbox.post(.publisher($0))
        }
        var work = EmulatorWork(
            systems: systems,
            consumers: consumers,
            publisher: publisher,
            clock: clock,
            logger: logger,
            observe: observe
        )
        while !work.isStopped {
            for event in mailbox.take(waitingMilliseconds: work.waitMilliseconds) {
                switch event {
                case .consumer(let system, let event): work.take(event, system: system)
                case .publisher(let event): work.take(event)
                case .stop: work.isStopped = true
                }
            }
            work.sendDue()
        }
        for consumer in consumers { consumer.close() }
        publisher.close(deadlineSeconds: 1)
        return work.problem
    }
}

/// The emulator's open requests and owed replies; touched by its thread only.
private struct EmulatorWork {
    let systems: [EmulatedSystems]
    let consumers: [any ConsumerLink]
    let publisher: any PublisherLink
    let clock: any WallClock
    let logger: Logger
    let observe: @Sendable (EmulatedSystems.Answered) -> Void
    var isStopped = false
    /// What trying again cannot mend.
    private(set) var problem: BrokerError?
    private var connectedOnce: Set<Int> = []
    /// What keeps a role's systems from working, as it was told last.
    private var troubles: [Int: String] = [:]
    private var isConnected = false
    private var epoch: UInt64 = 0
    private var nextID: Int64 = 0
    /// Replies by the time they are due.
    private var owed: [(due: Timestamp, id: Int64)] = []
    private var replies: [Int64: OpenReply] = [:]
    private var sent: Set<Int64> = []
    private var requests: [Int64: OpenRequest] = [:]

    private struct OpenReply {
        var reply: EmulatedSystems.Reply
        var request: Int64
    }

    private struct OpenRequest {
        var system: Int
        var tag: DeliveryTag
        var repliesLeft: Int
    }

    private static let idleWaitMilliseconds: Int64 = 200

    init(
        systems: [EmulatedSystems],
        consumers: [any ConsumerLink],
        publisher: any PublisherLink,
        clock: any WallClock,
        logger: Logger,
        observe: @escaping @Sendable (EmulatedSystems.Answered) -> Void
    ) {
        self.systems = systems
        self.consumers = consumers
        self.publisher = publisher
        self.clock = clock
        self.logger = logger
        self.observe = observe
    }

    var waitMilliseconds: Int64 {
        guard isConnected, let first = owed.first else { return Self.idleWaitMilliseconds }
        return min(Self.idleWaitMilliseconds, max(0, first.due.milliseconds - clock.now().milliseconds))
    }

    mutating func take(_ event: ConsumerEvent, system: Int) {
        let what = "emulated systems of \(systems[system].role)"
        switch event {
        case .connected:
            logger.info("\(what) are consuming\(connectedOnce.insert(system).inserted ? "" : " again")")
            troubles[system] = nil
        case .lost(_, let error, _):
            // Once for each trouble, however often it is tried again.
            guard troubles.updateValue(error.message, forKey: system) != error.message else { return }
            logger.warning("\(what) \(error.isOfAPart ? "wait" : "have no broker"): \(error.explanation)")
        case .closed(let error?): fail(error)
        case .deliveries(let deliveries): take(deliveries, system: system)
        case .paused, .closed(nil): break
        }
    }

    /// What trying again cannot mend ends the emulation.
    private mutating func fail(_ error: BrokerError) {
        problem = problem ?? error
        isStopped = true
    }

    private mutating func take(_ deliveries: [Delivery], system: Int) {
        let now = clock.now()
        for delivery in deliveries {
            do {
                let answered = try systems[system].answer(delivery, now: now)
                observe(answered)
                open(answered, system: system, tag: delivery.tag, now: now)
            } catch {
                logger.warning(
                    "an emulated system cannot read a request: \(error.failure)",
                    metadata: [
                        "queue.name": "\(delivery.queue)",
                        "message.id": "\(delivery.message.properties.messageID ?? "none")",
                    ]
                )
                consumers[system].reject([delivery.tag])
            }
        }
    }

    private mutating func open(
        _ answered: EmulatedSystems.Answered,
        system: Int,
        tag: DeliveryTag,
        now: Timestamp
    ) {
        guard !answered.replies.isEmpty else {
            consumers[system].acknowledge([tag])
            return
        }
        nextID += 1
        let request = nextID
        requests[request] = OpenRequest(system: system, tag: tag, repliesLeft: answered.replies.count)
        var due = now
        for reply in answered.replies {
            nextID += 1
            due = due.advanced(byMilliseconds: Int64(reply.afterMilliseconds))
            replies[nextID] = OpenReply(reply: reply, request: request)
            owe(nextID, due: due)
        }
    }

    private mutating func owe(_ id: Int64, due: Timestamp) {
        var low = 0
        var high = owed.count
        while low < high {
            let middle = (low + high) / 2
            if (owed[middle].due, owed[middle].id) < (due, id) { low = middle + 1 } else { high = middle }
        }
        owed.insert((due, id), at: low)
    }

    mutating func take(_ event: PublisherEvent) {
        switch event {
        case .connected(let epoch):
            self.epoch = epoch
            isConnected = true
        case .confirmed(let ids): for id in ids { finish(id) }
        case .returned(let id, _, let text):
            logger.warning("a reply of an emulated system was returned and is sent again: \(text)")
            again([id], inMilliseconds: 1_000)
        case .refused(let ids): again(ids, inMilliseconds: 1_000)
        case .lost:
            isConnected = false
            again(Array(sent), inMilliseconds: 0)
        case .closed(let error):
            isConnected = false
            if let error { fail(error) }
        case .blocked, .unblocked: break
        }
    }

    private mutating func again(_ ids: [Int64], inMilliseconds delay: Int64) {
        let due = clock.now().advanced(byMilliseconds: delay)
        for id in ids.sorted() where sent.remove(id) != nil { owe(id, due: due) }
    }

    private mutating func finish(_ id: Int64) {
        sent.remove(id)
        guard let reply = replies.removeValue(forKey: id) else { return }
        requests[reply.request]?.repliesLeft -= 1
        guard let request = requests[reply.request], request.repliesLeft == 0 else { return }
        requests[reply.request] = nil
        consumers[request.system].acknowledge([request.tag])
    }

    mutating func sendDue() {
        guard isConnected, !owed.isEmpty else { return }
        let now = clock.now()
        let count = owed.firstIndex { $0.due > now } ?? owed.count
        guard count > 0 else { return }
        let publications = owed[..<count].compactMap { entry -> Publication? in
            guard let open = replies[entry.id] else { return nil }
            return Publication(id: entry.id, destination: open.reply.destination, message: open.reply.message)
        }
        owed.removeFirst(count)
        sent.formUnion(publications.map(\.id))
        publisher.publish(publications, epoch: epoch)
    }
}
