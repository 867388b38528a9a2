package import Broker
import Synchronization

/// What the owner of a publisher link asks for.
enum PublisherCommand: Sendable {
    /// Of that epoch only, if one is named.
    case publish([Publication], epoch: UInt64?)
    /// More than may wait: answered with a refusal.
    case refuse([Int64])
    case close(deadlineSeconds: Double)
}

/// The handle of a publisher link; all work is done by its thread.
package final class EmbeddedPublisher: PublisherLink {
    let inbox = Inbox<PublisherCommand>()
    private let pendingMax: Int
    private let pendingCount = Mutex(0)

    init(pendingMax: Int) {
        self.pendingMax = pendingMax
    }

    package func publish(_ publications: [Publication], epoch: UInt64?) {
        let room = pendingCount.withLock { count in
            let room = min(publications.count, max(0, pendingMax - count))
            count += room
            return room
        }
        if room > 0 { inbox.send(.publish(Array(publications.prefix(room)), epoch: epoch)) }
        if room < publications.count { inbox.send(.refuse(publications.dropFirst(room).map(\.id))) }
    }

    package func close(deadlineSeconds: Double) { inbox.send(.close(deadlineSeconds: deadlineSeconds)) }

    /// Makes room for as many publications.
    func finished(_ count: Int) {
        pendingCount.withLock { $0 -= count }
    }
}
