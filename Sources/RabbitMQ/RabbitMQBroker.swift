package import Broker
import Glibc
import Synchronization

/// The broker port on RabbitMQ: one thread and one connection with one channel for each link.
package final class RabbitMQBroker: Broker {
    private let address: RabbitMQAddress
    private let watchdog: Watchdog
    private let seeds: Mutex<SeededGenerator>

    /// Connects to nothing yet.
    ///
    /// The seed spreads the waits of many processes; it should differ from process to process.
    package init(address: RabbitMQAddress, jitterSeed: UInt64) throws(BrokerError) {
        self.address = address
        seeds = Mutex(SeededGenerator(seed: jitterSeed))
        watchdog = try Watchdog()
        // A write to a closed socket is an error to handle, not a reason to die.
        _ = signal(SIGPIPE, SIG_IGN)
    }

    package var summary: String { address.description }

    package func openConsumer(
        _ configuration: ConsumerConfiguration,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) -> any ConsumerLink {
        do throws(BrokerError) {
            let mailbox = Mailbox<ConsumerCommand>(signal: try WakeSignal())
            let counters = CounterBox(ConsumerCounters())
            let connector = connector(name: configuration.name)
            let seed = nextSeed()
            try OwnerThread.start("consumer") {
                ConsumerLoop(
                    configuration: configuration,
                    connector: connector,
                    mailbox: mailbox,
                    counters: counters,
                    seed: seed,
                    handler: handler
                ).run()
            }
            return RabbitMQConsumer(mailbox: mailbox, counters: counters)
        } catch {
            handler(.closed(error: error))
            return DeadLink()
        }
    }

    package func openPublisher(
        _ configuration: PublisherConfiguration,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) -> any PublisherLink {
        do throws(BrokerError) {
            let mailbox = Mailbox<PublisherCommand>(signal: try WakeSignal())
            let counters = CounterBox(PublisherCounters())
            let connector = connector(name: configuration.name)
            let seed = nextSeed()
            try OwnerThread.start("publisher") {
                PublisherLoop(
                    configuration: configuration,
                    connector: connector,
                    mailbox: mailbox,
                    counters: counters,
                    seed: seed,
                    handler: handler
                ).run()
            }
            return RabbitMQPublisher(mailbox: mailbox, counters: counters)
        } catch {
            handler(.closed(error: error))
            return DeadLink()
        }
    }

    package func plan(_ topology: Topology) throws(BrokerError) -> [TopologyDifference] {
        let clerk = TopologyClerk(connector: connector(name: "waystation topology plan"))
        return try OwnerThread.run {
            do throws(BrokerError) { return .success(try clerk.plan(topology)) } catch {
                return .failure(error)
            }
        }
    }

    package func apply(_ topology: Topology) throws(BrokerError) {
        let clerk = TopologyClerk(connector: connector(name: "waystation topology apply"))
        try OwnerThread.run {
            do throws(BrokerError) { return .success(try clerk.apply(topology)) } catch {
                return .failure(error)
            }
        }
    }

    package func levels(of queues: [String]) throws(BrokerError) -> [QueueLevel] {
        let clerk = TopologyClerk(connector: connector(name: "waystation levels"))
        return try OwnerThread.run {
            do throws(BrokerError) { return .success(try clerk.levels(of: queues)) } catch {
                return .failure(error)
            }
        }
    }

    private func connector(name: String) -> Connector {
        let watch = StuckWatch()
        watchdog.watch(watch)
        return Connector(address: address, watch: watch, watchdog: watchdog, name: name)
    }

    private func nextSeed() -> UInt64 { seeds.withLock { $0.next() } }
}

/// A consumer link on RabbitMQ.
package final class RabbitMQConsumer: ConsumerLink {
    private let mailbox: Mailbox<ConsumerCommand>
    private let box: CounterBox<ConsumerCounters>

    init(mailbox: Mailbox<ConsumerCommand>, counters: CounterBox<ConsumerCounters>) {
        self.mailbox = mailbox
        box = counters
    }

    /// A link that nobody holds any more ends.
    deinit { mailbox.put(.close) }

    package var counters: ConsumerCounters { box.value }

    package func acknowledge(_ tags: [DeliveryTag]) { mailbox.put(.acknowledge(tags)) }
    package func reject(_ tags: [DeliveryTag]) { mailbox.put(.reject(tags)) }
    package func takeOneByOne(_ queues: Set<String>) { mailbox.put(.takeOneByOne(queues)) }
    package func pause() { mailbox.put(.pause) }
    package func resume() { mailbox.put(.resume) }
    package func close() { mailbox.put(.close) }
}

/// A publisher link on RabbitMQ.
package final class RabbitMQPublisher: PublisherLink {
    private let mailbox: Mailbox<PublisherCommand>
    private let box: CounterBox<PublisherCounters>

    init(mailbox: Mailbox<PublisherCommand>, counters: CounterBox<PublisherCounters>) {
        self.mailbox = mailbox
        box = counters
    }

    /// A link that nobody holds any more ends.
    deinit { mailbox.put(.close(deadlineSeconds: 0)) }

    package var counters: PublisherCounters { box.value }

    package func publish(_ publications: [Publication], epoch: UInt64?) {
        mailbox.put(.publish(publications, epoch: epoch))
    }
    package func close(deadlineSeconds: Double) { mailbox.put(.close(deadlineSeconds: deadlineSeconds)) }
}

/// Stands for a link that could not even start; its handler was told.
private struct DeadLink: ConsumerLink, PublisherLink {
    func acknowledge(_ tags: [DeliveryTag]) {}
    func reject(_ tags: [DeliveryTag]) {}
    func takeOneByOne(_ queues: Set<String>) {}
    func pause() {}
    func resume() {}
    func close() {}
    func publish(_ publications: [Publication], epoch: UInt64?) {}
    func close(deadlineSeconds: Double) {}
}
