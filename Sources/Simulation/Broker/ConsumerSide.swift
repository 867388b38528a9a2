internal import Broker

/// A consumer link as its owner's thread sees it.
struct ConsumerSide {
    enum Phase {
        /// Not connected; tries again at that moment.
        case waiting(retryAt: Int64)
        case connected
        /// `basic.cancel` is sent.
        case pausing
        case paused
        /// The close is sent.
        case closing
        case closed
    }

    enum Command {
        case acknowledge([DeliveryTag])
        case reject([DeliveryTag])
        case takeOneByOne(Set<String>)
        case pause
        case resume
        case close
    }

    let configuration: ConsumerConfiguration
    let handler: @Sendable (ConsumerEvent) -> Void
    var phase = Phase.waiting(retryAt: 0)
    var commands: [Command] = []
    /// What of production decides which acknowledgements are sent, and as which frames.
    var ledger: DeliveryLedger
    var epoch: UInt64 = 0
    var channel: Int?
    /// Queues of which one message at a time is delivered.
    var oneByOne: Set<String> = []
    var backoff: Backoff

    /// Whether as much is in hand as may be: nothing is read until some of it is settled, or all of it is given back.
    var isFull: Bool {
        switch phase {
        case .connected, .pausing, .paused: ledger.bytesInHand.isFull
        case .waiting, .closing, .closed: false
        }
    }

    /// Whether its thread has something to do at this moment.
    func isAwake(at now: Int64) -> Bool {
        if !commands.isEmpty { return true }
        if case .waiting(let retryAt) = phase { return retryAt <= now }
        return false
    }
}

/// A publisher link as its owner's thread sees it.
struct PublisherSide {
    enum Phase {
        case waiting(retryAt: Int64)
        case connected
        /// No more is published; confirms on their way are waited for until that moment.
        case closing(until: Int64)
        case closed
    }

    enum Command {
        case publish([Publication], epoch: UInt64?)
        case close(deadlineSeconds: Double)
    }

    let configuration: PublisherConfiguration
    let handler: @Sendable (PublisherEvent) -> Void
    var phase = Phase.waiting(retryAt: 0)
    var commands: [Command] = []
    /// What of production tells which publication a confirm is about.
    var window = ConfirmWindow()
    var epoch: UInt64 = 0
    var channel: Int?
    var backoff: Backoff
    /// When patience with missing confirms ends.
    var patienceEndsAt: Int64 = .max

    func isAwake(at now: Int64) -> Bool {
        if !commands.isEmpty { return true }
        switch phase {
        case .waiting(let retryAt): return retryAt <= now
        case .connected: return patienceEndsAt <= now
        case .closing(let until): return window.isEmpty || until <= now
        case .closed: return false
        }
    }
}

/// Either side of a connection that a process holds.
enum Link {
    case consumer(ConsumerSide)
    case publisher(PublisherSide)
}

/// Something to be told to a link's owner, outside of the broker's lock.
enum Notice {
    case consumer(@Sendable (ConsumerEvent) -> Void, ConsumerEvent)
    case publisher(@Sendable (PublisherEvent) -> Void, PublisherEvent)

    func deliver() {
        switch self {
        case .consumer(let handler, let event): handler(event)
        case .publisher(let handler, let event): handler(event)
        }
    }
}
