import Broker
import Synchronization

/// Acknowledges from a link's own handler, which may be called before its maker holds the link.
final class Acknowledger: Sendable {
    private struct State {
        var link: (any ConsumerLink)?
        var early: [DeliveryTag] = []
    }

    private let state = Mutex(State())

    func start(_ link: any ConsumerLink) {
        let early = state.withLock { state in
            state.link = link
            defer { state.early = [] }
            return state.early
        }
        if !early.isEmpty { link.acknowledge(early) }
    }

    func acknowledge(_ tags: [DeliveryTag]) {
        let link = state.withLock { state in
            if state.link == nil { state.early += tags }
            return state.link
        }
        link?.acknowledge(tags)
    }
}
