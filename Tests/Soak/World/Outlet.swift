import Broker
import Synchronization

/// Publishes, and keeps each message until the broker has confirmed it: what became of one is never in doubt.
///
/// It uses the station's own adapter. A fault of that could not hide a loss: what is told as confirmed and is not in the
/// broker never arrives, and counts as lost.
final class Outlet: Sendable {
    /// A message to be sent, and what its sender calls it.
    struct Item: Sendable {
        var token: Int64
        var destination: Destination
        var message: Message
    }

    private struct State {
        var nextID: Int64 = 0
        var open: [Int64: Item] = [:]
        /// Returned or refused: sent again a little later.
        var again: Set<Int64> = []
        var isConnected = false
    }

    private let state = Mutex(State())
    private let link = Mutex<(any PublisherLink)?>(nil)

    /// Connects; `confirmed` is given the tokens of what the broker has taken.
    func connect(_ broker: any Broker, name: String, confirmed: @escaping @Sendable ([Int64]) -> Void) {
        let link = broker.openPublisher(PublisherConfiguration(name: name, confirmTimeoutSeconds: 20)) {
            [weak self] in self?.take($0, confirmed)
        }
        self.link.withLock { $0 = link }
        // Connected before the link was known here.
        publish(state.withLock { $0.isConnected ? Self.publications(Set($0.open.keys), $0) : [] })
    }

    var unconfirmed: Int { state.withLock { $0.open.count } }

    func close() { link.withLock { $0 }?.close(deadlineSeconds: 2) }

    func send(_ items: [Item]) {
        let publications = state.withLock { state in
            var ids: Set<Int64> = []
            for item in items {
                state.nextID += 1
                state.open[state.nextID] = item
                ids.insert(state.nextID)
            }
            // Otherwise they go out with the next connection.
            return state.isConnected ? Self.publications(ids, state) : []
        }
        publish(publications)
    }

    /// Sends again what the broker did not keep; to be called now and then.
    func retry() {
        publish(
            state.withLock { state in
                guard state.isConnected else { return [] }
                defer { state.again = [] }
                return Self.publications(state.again, state)
            }
        )
    }

    private static func publications(_ ids: Set<Int64>, _ state: State) -> [Publication] {
        ids.sorted().compactMap { id in
            state.open[id].map { Publication(id: id, destination: $0.destination, message: $0.message) }
        }
    }

    private func publish(_ publications: [Publication]) {
        guard !publications.isEmpty else { return }
        link.withLock { $0 }?.publish(publications)
    }

    private func take(_ event: PublisherEvent, _ confirmed: ([Int64]) -> Void) {
        switch event {
        case .connected:
            publish(
                state.withLock { state in
                    state.isConnected = true
                    state.again = []
                    return Self.publications(Set(state.open.keys), state)
                }
            )
        case .confirmed(let ids):
            let tokens = state.withLock { state in
                ids.compactMap { state.open.removeValue(forKey: $0)?.token }
            }
            confirmed(tokens)
        case .returned(let id, _, _): state.withLock { _ = $0.again.insert(id) }
        case .refused(let ids): state.withLock { $0.again.formUnion(ids) }
        case .lost, .closed: state.withLock { $0.isConnected = false }
        case .blocked, .unblocked: break
        }
    }
}
