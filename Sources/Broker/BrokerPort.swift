/// A message broker as the station sees it.
///
/// Commands on the links never block and may come from any thread; what happens is told through an event handler that
/// the link calls on a thread of its own, one event at a time and in order. A link looks after its connection by
/// itself: it connects, declares what it consumes, backs off, and rebuilds all of it after any doubt.
package protocol Broker: Sendable {
    /// What this broker is, without secrets, for messages to operators: `amqp://host:5672/vhost`.
    var summary: String { get }

    /// Opens a link that consumes; it starts connecting at once and reports through `handler`.
    func openConsumer(
        _ configuration: ConsumerConfiguration,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) -> any ConsumerLink

    /// Opens a link that publishes with confirms and the mandatory flag.
    func openPublisher(
        _ configuration: PublisherConfiguration,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) -> any PublisherLink

    /// What would change if `topology` were applied; changes nothing. Blocks; not for a link's handler.
    func plan(_ topology: Topology) throws(BrokerError) -> [TopologyDifference]

    /// Declares all of `topology`; declaring what exists already with the same arguments changes nothing. Blocks.
    func apply(_ topology: Topology) throws(BrokerError)

    /// How full these queues are at this moment, in their order. Blocks; not for a link's handler.
    func levels(of queues: [String]) throws(BrokerError) -> [QueueLevel]
}

/// What a broker tells of a queue; how old its messages are, AMQP does not tell.
package struct QueueLevel: Sendable, Hashable {
    package var queue: String
    /// Messages that wait, without those in a consumer's hands; `nil` when there is no such queue.
    package var ready: Int?
    /// `nil` when there is no such queue, or the broker does not know.
    package var consumers: Int?

    package init(queue: String, ready: Int? = nil, consumers: Int? = nil) {
        self.queue = queue
        self.ready = ready
        self.consumers = consumers
    }
}

/// The consuming side of a connection.
package protocol ConsumerLink: Sendable {
    /// Acknowledges these deliveries; tags of an older epoch are dropped and counted. Call after the commit only.
    func acknowledge(_ tags: [DeliveryTag])
    /// Rejects without requeue: the broker dead-letters the message, untouched, where its queue says.
    func reject(_ tags: [DeliveryTag])
    /// Delivers one message at a time of these queues, until this is said anew: their owner takes one now and then.
    ///
    /// What it takes does not count toward ``ConsumerConfiguration/inHandBytesMax``, so that other queues go on. When there
    /// are more of these queues than before, all that is in hand comes again, on a new channel.
    func takeOneByOne(_ queues: Set<String>)
    /// Stops new deliveries; those in hand stay valid. `.paused` follows once no more will come.
    func pause()
    /// Takes deliveries again, on a new channel.
    func resume()
    /// Sends the acknowledgements already asked for, closes, and emits `.closed`; unacknowledged deliveries return to
    /// their queues. After that no event follows.
    func close()
}

/// The publishing side of a connection.
package protocol PublisherLink: Sendable {
    /// Sends these in order. Each id is answered exactly once an epoch by `.confirmed`, `.returned` or `.refused`;
    /// when `.lost` comes first, its fate is unknown and the caller publishes it again.
    /// Publications given while not connected are dropped: wait for `.connected`. So are those for an earlier epoch than
    /// the link has: what its owner gave before it learned of a loss must not go ahead of what it publishes again.
    /// Without an epoch they go out on whatever connection there is.
    func publish(_ publications: [Publication], epoch: UInt64?)
    /// Waits for confirms that are on their way until the deadline, closes, and emits `.closed`.
    func close(deadlineSeconds: Double)
}

extension PublisherLink {
    /// Sends these on whatever connection there is, for those to whom the order across connections means nothing.
    package func publish(_ publications: [Publication]) { publish(publications, epoch: nil) }
}

/// What a consumer link reads, and within which limits.
package struct ConsumerConfiguration: Sendable {
    /// Shown to operators as the connection's name.
    package var name: String
    /// In order of preference for the reader; all are consumed.
    package var queues: [String]
    /// Deliveries unacknowledged at most, a queue; never 0 (which means "no limit" to the broker).
    package var prefetch: UInt16
    /// A larger body is not kept in memory: the delivery carries its first part and `oversizedBytes`.
    package var messageBytesMax: Int
    /// When the bodies of unsettled deliveries of all queues take so much, no more are read until some are settled.
    ///
    /// At most one message beyond it is in hand. See also ``ConsumerLink/takeOneByOne(_:)``.
    package var inHandBytesMax: Int

    package init(
        name: String,
        queues: [String],
        prefetch: UInt16 = 256,
        messageBytesMax: Int = 4 << 20,
        inHandBytesMax: Int = 8 << 20
    ) {
        precondition(prefetch > 0, "prefetch 0 means no limit; the configuration refuses it earlier")
        precondition(inHandBytesMax > 0, "no message could ever be read")
        self.name = name
        self.queues = queues
        self.prefetch = prefetch
        self.messageBytesMax = messageBytesMax
        self.inHandBytesMax = inHandBytesMax
    }
}

/// How a publisher link publishes.
package struct PublisherConfiguration: Sendable {
    /// Shown to operators as the connection's name.
    package var name: String
    /// No confirm for this long while some are outstanding: the connection is dropped and its messages published anew.
    package var confirmTimeoutSeconds: Double

    package init(name: String, confirmTimeoutSeconds: Double = 30) {
        self.name = name
        self.confirmTimeoutSeconds = confirmTimeoutSeconds
    }
}

/// What a consumer link reports.
package enum ConsumerEvent: Sendable {
    /// Connected and consuming all its queues.
    case connected(epoch: UInt64)
    /// Messages that had already arrived, in order; never empty.
    case deliveries([Delivery])
    /// The connection of this epoch is gone; its unacknowledged deliveries will come again.
    /// The link tries again in `retryInSeconds`.
    case lost(epoch: UInt64, error: BrokerError, retryInSeconds: Double)
    /// `pause()` has taken effect.
    case paused
    /// The link has ended; `error` when it ended for a reason that trying again cannot mend.
    case closed(error: BrokerError?)
}

/// What a publisher link reports.
package enum PublisherEvent: Sendable {
    case connected(epoch: UInt64)
    /// The broker has taken responsibility for these publications.
    case confirmed(ids: [Int64])
    /// No queue was bound for it, or the broker takes no such message at all; it was not kept by the broker.
    case returned(id: Int64, code: UInt16, text: String)
    /// The broker refused (nack); it was not kept.
    case refused(ids: [Int64])
    /// The broker accepts nothing for now (memory or disk alarm).
    case blocked(reason: String)
    case unblocked
    /// Everything unanswered in this epoch has an unknown fate.
    case lost(epoch: UInt64, error: BrokerError, retryInSeconds: Double)
    case closed(error: BrokerError?)
}
