package import Broker
internal import Synchronization

/// A broker in memory that does nothing by itself: whoever drives it moves its frames, and may spoil them.
///
/// Without faults it behaves as the port says. Its links' handlers are called by the thread that calls
/// ``perform(_:count:)``.
package final class SimulatedBroker: Broker {
    private let state: Mutex<BrokerState>
    private let now: @Sendable () -> Int64
    private let wake: @Sendable () -> Void
    package let summary = "simulated broker"

    /// A broker whose waits are measured by `now`, in milliseconds on a clock that never steps back.
    ///
    /// `wake` is called whenever a link was told something, for drivers that wait.
    package init(
        seed: UInt64,
        now: @escaping @Sendable () -> Int64,
        firstRetrySeconds: Double = 0.2,
        wake: @escaping @Sendable () -> Void = {}
    ) {
        state = Mutex(BrokerState(seed: seed, firstRetrySeconds: firstRetrySeconds))
        self.now = now
        self.wake = wake
    }

    // MARK: The port

    package func openConsumer(
        _ configuration: ConsumerConfiguration,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) -> any ConsumerLink {
        openConsumer(configuration, owner: 0, handler: handler)
    }

    package func openPublisher(
        _ configuration: PublisherConfiguration,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) -> any PublisherLink {
        openPublisher(configuration, owner: 0, handler: handler)
    }

    package func plan(_ topology: Topology) throws(BrokerError) -> [TopologyDifference] {
        try TopologyComparison.check(topology)
        return state.withLock { $0.routing.differences(from: topology) }
    }

    package func apply(_ topology: Topology) throws(BrokerError) {
        try TopologyComparison.check(topology)
        let conflict = state.withLock { state -> TopologyDifference? in
            let differences = state.routing.differences(from: topology)
            let conflict = differences.first {
                switch $0 {
                case .differentExchange, .differentQueue: true
                case .missingExchange, .missingQueue, .bindingToEnsure: false
                }
            }
            if conflict == nil { state.routing.apply(topology) }
            return conflict
        }
        wake()
        guard let conflict else { return }
        throw BrokerError(
            .preconditionFailed,
            "something exists with other arguments: \(conflict)",
            remedy: "Change the topology or what exists.",
            isRetryable: false
        )
    }

    // MARK: Processes

    /// A link of a process, which ``abandon(owner:)`` takes away with all others of that process.
    package func openConsumer(
        _ configuration: ConsumerConfiguration,
        owner: Int,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) -> any ConsumerLink {
        let link = state.withLock { state in
            let link = state.addLink(owner: owner)
            let backoff = Backoff(shortestSeconds: state.firstRetrySeconds)
            state.consumers[link] = ConsumerSide(
                configuration: configuration,
                handler: handler,
                ledger: DeliveryLedger(configuration),
                backoff: backoff
            )
            return link
        }
        wake()
        return SimulatedConsumerLink(broker: self, link: link)
    }

    /// As ``openConsumer(_:owner:handler:)``.
    package func openPublisher(
        _ configuration: PublisherConfiguration,
        owner: Int,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) -> any PublisherLink {
        let link = state.withLock { state in
            let link = state.addLink(owner: owner)
            let backoff = Backoff(shortestSeconds: state.firstRetrySeconds)
            state.publishers[link] = PublisherSide(
                configuration: configuration,
                handler: handler,
                backoff: backoff
            )
            return link
        }
        wake()
        return SimulatedPublisherLink(broker: self, link: link)
    }

    /// The process is gone: its links say nothing and hear nothing, and their connections break.
    package func abandon(owner: Int) {
        state.withLock { state in
            for link in state.links where state.owners[link] == owner {
                for channel in state.channels where channel.link == link { state.dropChannel(channel.id) }
                state.removeLink(link)
            }
        }
    }

    // MARK: Driving

    /// Appends what can happen at this moment.
    package func moves(into moves: inout [BrokerMove]) {
        let now = now()
        state.withLock { $0.moves(now: now, into: &moves) }
    }

    /// The next moment at which something can happen that cannot happen yet.
    package var nextMoment: Int64? {
        let now = now()
        return state.withLock { $0.nextMoment(after: now) }
    }

    /// Lets something happen, with at most `count` frames or messages; what follows is told before this returns.
    package func perform(_ move: BrokerMove, count: Int = .max) {
        let now = now()
        let notices = state.withLock { state -> [Notice] in
            var notices: [Notice] = []
            state.perform(move, count: count, now: now, &notices)
            return notices
        }
        for notice in notices { notice.deliver() }
    }

    /// Nobody's link: changes or looks at the state itself.
    func withState<Result: Sendable>(_ body: (inout BrokerState) -> Result) -> Result {
        state.withLock { body(&$0) }
    }

    /// Tells a link's thread something.
    fileprivate func command(_ link: Int, _ command: ConsumerSide.Command) {
        state.withLock { $0.consumers[link]?.commands.append(command) }
        wake()
    }

    fileprivate func command(_ link: Int, _ command: PublisherSide.Command) {
        state.withLock { $0.publishers[link]?.commands.append(command) }
        wake()
    }
}

extension BrokerState {
    fileprivate mutating func perform(
        _ move: BrokerMove,
        count: Int,
        now: Int64,
        _ notices: inout [Notice]
    ) {
        switch move {
        case .client(let link):
            turn(consumer: link, now: now, &notices)
            turn(publisher: link, now: now, &notices)
        case .toBroker(let channel):
            if let index = channelIndex(channel) { takeFrames(channel: index, count: count, now: now) }
        case .serve(let channel):
            if let index = channelIndex(channel) { serve(channel: index, count: count) }
        case .toClient(let channel):
            guard let index = channelIndex(channel) else { return }
            let link = channels[index].link
            receive(consumer: link, channel: index, count: count, &notices)
            receive(publisher: link, channel: index, count: count, &notices)
        case .notice(let channel):
            if let index = channelIndex(channel) { notice(channel: index) }
        }
    }
}

private struct SimulatedConsumerLink: ConsumerLink {
    let broker: SimulatedBroker
    let link: Int

    func acknowledge(_ tags: [DeliveryTag]) { broker.command(link, .acknowledge(tags)) }
    func reject(_ tags: [DeliveryTag]) { broker.command(link, .reject(tags)) }
    func takeOneByOne(_ queues: Set<String>) { broker.command(link, .takeOneByOne(queues)) }
    func pause() { broker.command(link, .pause) }
    func resume() { broker.command(link, .resume) }
    func close() { broker.command(link, .close) }
}

private struct SimulatedPublisherLink: PublisherLink {
    let broker: SimulatedBroker
    let link: Int

    func publish(_ publications: [Publication], epoch: UInt64?) {
        broker.command(link, .publish(publications, epoch: epoch))
    }
    func close(deadlineSeconds: Double) { broker.command(link, .close(deadlineSeconds: deadlineSeconds)) }
}
