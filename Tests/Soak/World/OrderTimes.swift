import Synchronization

/// When each order was first sent, and when its end first arrived.
final class OrderTimes: Sendable {
    private struct State {
        var sent: [Int: UInt64] = [:]
        var ended: [Int: UInt64] = [:]
    }

    private let state = Mutex(State())

    /// An order that is sent again keeps its first time.
    func noteSent(_ numbers: [Int], at moment: UInt64) {
        state.withLock { state in
            for number in numbers where state.sent[number] == nil { state.sent[number] = moment }
        }
    }

    /// So does an end that arrives again.
    func noteEnded(_ numbers: [Int], at moment: UInt64) {
        state.withLock { state in
            for number in numbers where state.ended[number] == nil { state.ended[number] = moment }
        }
    }

    /// Orders that were sent then and whose end has not arrived.
    func open(in span: Range<UInt64>) -> Int {
        state.withLock { state in
            state.sent.count { span.contains($0.value) && state.ended[$0.key] == nil }
        }
    }

    /// The first moment at which so many orders have ended within so many nanoseconds, all of them after `start`; nil
    /// before there is one.
    func firstMoment(withEnds count: Int, within nanoseconds: UInt64, after start: UInt64) -> UInt64? {
        let ended = state.withLock { state in state.ended.values.filter { $0 > start } }.sorted()
        let first = ended.indices.dropFirst(count - 1).first {
            ended[$0] - ended[$0 - count + 1] <= nanoseconds
        }
        return first.map { ended[$0] }
    }

    /// From that moment to the last end that has arrived.
    func lastEndSeconds(since start: UInt64) -> Double {
        let last = state.withLock { $0.ended.values.max() } ?? start
        return last > start ? Double(last - start) / 1_000_000_000 : 0
    }

    /// How orders went between two moments: those that ended then are counted, those that were sent then are timed.
    func pace(from start: UInt64, to end: UInt64) -> Pace {
        state.withLock { state in
            let span = start..<max(start, end)
            return Pace(
                seconds: Double(span.count) / 1_000_000_000,
                completed: state.ended.values.count { span.contains($0) },
                latencySeconds: state.sent.compactMap { number, sent in
                    guard span.contains(sent), let ended = state.ended[number], ended >= sent else {
                        return nil
                    }
                    return Double(ended - sent) / 1_000_000_000
                }
            )
        }
    }
}
