import Broker
import Foundation
import Synchronization

/// Publishes from a command and waits for what becomes of each message.
final class Sender: Sendable {
    /// What became of a message.
    enum Fate: Sendable, Hashable {
        case confirmed
        case returned(String)
        case refused
    }

    private struct State {
        var isConnected = false
        var nextID: Int64 = 0
        var unanswered: [Int64: Publication] = [:]
        var fates: [Int64: Fate] = [:]
        var problem: BrokerError?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)
    private let link = Mutex<(any PublisherLink)?>(nil)

    init(broker: any Broker, name: String) {
        let opened = broker.openPublisher(PublisherConfiguration(name: name)) { [weak self] in self?.take($0)
        }
        link.withLock { $0 = opened }
        // Publications given before the link was known here.
        if state.withLock({ $0.isConnected }) { publishUnanswered() }
    }

    private func take(_ event: PublisherEvent) {
        switch event {
        case .connected:
            state.withLock { $0.isConnected = true }
            publishUnanswered()
        case .confirmed(let ids): answer(ids, .confirmed)
        case .returned(let id, let code, let text): answer([id], .returned("\(code) \(text)"))
        case .refused(let ids): answer(ids, .refused)
        case .lost(_, let error, _):
            state.withLock {
                $0.isConnected = false
                $0.problem = error
            }
        case .closed(let error):
            state.withLock {
                $0.isConnected = false
                $0.isClosed = true
                $0.problem = error ?? $0.problem
            }
        case .blocked, .unblocked: break
        }
        changed.signal()
    }

    private func answer(_ ids: [Int64], _ fate: Fate) {
        state.withLock { state in
            for id in ids where state.unanswered.removeValue(forKey: id) != nil { state.fates[id] = fate }
        }
    }

    private func publishUnanswered() {
        let owed = state.withLock { $0.unanswered.values.sorted { $0.id < $1.id } }
        if !owed.isEmpty { link.withLock { $0 }?.publish(owed) }
    }

    /// Sends these; each gets an id, in order.
    func send(_ messages: [(Destination, Message)]) -> [Int64] {
        let (publications, isConnected) = state.withLock { state in
            let publications = messages.map { destination, message in
                state.nextID += 1
                return Publication(id: state.nextID, destination: destination, message: message)
            }
            for publication in publications { state.unanswered[publication.id] = publication }
            return (publications, state.isConnected)
        }
        if isConnected { link.withLock { $0 }?.publish(publications) }
        return publications.map(\.id)
    }

    /// How many messages have no answer yet.
    var unansweredCount: Int { state.withLock { $0.unanswered.count } }

    /// Waits until at most `count` messages are unanswered.
    ///
    /// - Throws: What keeps the broker away, when the deadline passes or the link has ended.
    func wait(untilUnanswered count: Int, deadlineSeconds: Double) throws(BrokerError) {
        let deadline = DispatchTime.now() + deadlineSeconds
        while unansweredCount > count {
            let (isClosed, problem) = state.withLock { ($0.isClosed, $0.problem) }
            if isClosed || changed.wait(timeout: deadline) == .timedOut {
                throw problem
                    ?? BrokerError(
                        .confirmTimeout,
                        "the broker did not confirm within \(Int(deadlineSeconds)) s",
                        remedy: "Look at the broker; sending again with the same message ids does no harm.",
                        mayHaveHappened: true
                    )
            }
        }
    }

    /// What became of a message that is answered.
    func fate(of id: Int64) -> Fate? { state.withLock { $0.fates[id] } }

    func close() { link.withLock { $0 }?.close(deadlineSeconds: 2) }
}
