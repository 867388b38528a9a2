package import Broker
import Synchronization

/// What the owner of a consumer link asks for.
enum ConsumerCommand: Sendable {
    case acknowledge([DeliveryTag])
    case reject([DeliveryTag])
    case takeOneByOne(Set<String>)
    case pause
    case resume
    case close
}

/// The handle of a consumer link; all work is done by its thread.
package final class EmbeddedConsumer: ConsumerLink {
    let inbox = Inbox<ConsumerCommand>()
    private let staleCount = Atomic<UInt64>(0)

    /// Settlements dropped because their delivery belonged to an older epoch or was settled before.
    package var staleSettlements: UInt64 { staleCount.load(ordering: .relaxed) }

    func countStaleSettlement() {
        staleCount.add(1, ordering: .relaxed)
    }

    package func acknowledge(_ tags: [DeliveryTag]) {
        guard !tags.isEmpty else { return }
        inbox.send(.acknowledge(tags))
    }

    package func reject(_ tags: [DeliveryTag]) {
        guard !tags.isEmpty else { return }
        inbox.send(.reject(tags))
    }

    package func takeOneByOne(_ queues: Set<String>) { inbox.send(.takeOneByOne(queues)) }
    package func pause() { inbox.send(.pause) }
    package func resume() { inbox.send(.resume) }
    package func close() { inbox.send(.close) }
}
