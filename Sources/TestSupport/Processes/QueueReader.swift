package import Broker
import Synchronization

/// Takes all messages of some queues and keeps them.
package final class QueueReader: Sendable {
    private struct State {
        var deliveries: [Delivery] = []
        var link: (any ConsumerLink)?
        /// Taken before the link was known here.
        var owed: [DeliveryTag] = []
    }

    private let state: Shared

    /// What the link's handler holds, too.
    private final class Shared: Sendable {
        let state = Mutex(State())

        func take(_ deliveries: [Delivery]) {
            let tags = deliveries.map(\.tag)
            let link = state.withLock { state in
                state.deliveries += deliveries
                if state.link == nil { state.owed += tags }
                return state.link
            }
            link?.acknowledge(tags)
        }

        func open(_ link: any ConsumerLink) {
            let owed = state.withLock { state in
                state.link = link
                return state.owed
            }
            if !owed.isEmpty { link.acknowledge(owed) }
        }
    }

    package init(_ broker: any Broker, queues: [String], messageBytesMax: Int = 16 << 20) {
        let shared = Shared()
        state = shared
        let link = broker.openConsumer(
            ConsumerConfiguration(name: "test reader", queues: queues, messageBytesMax: messageBytesMax)
        ) { event in
            if case .deliveries(let deliveries) = event { shared.take(deliveries) }
        }
        shared.open(link)
    }

    deinit { state.state.withLock { $0.link }?.close() }

    /// All so far, in the order of their arrival.
    package var deliveries: [Delivery] { state.state.withLock { $0.deliveries } }

    /// Waits until what has arrived fulfills the condition.
    package func wait(
        for what: String,
        seconds: Double = 60,
        _ condition: ([Delivery]) throws -> Bool
    ) async throws {
        try await eventually("\(what); \(deliveries.count) messages came", seconds: seconds) {
            try condition(deliveries)
        }
    }
}
