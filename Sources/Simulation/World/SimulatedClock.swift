package import Orders
internal import Station
internal import Synchronization

/// Two clocks in one: one that never steps back, and the wall clock beside it, which does when it is told to.
package final class SimulatedClock: WallClock, SteadyClock {
    private struct State {
        var elapsed: Int64 = 0
        var offset: Int64 = 0
    }

    private let start: Timestamp
    private let state = Mutex(State())

    package init(start: Timestamp = SimulatedClock.standardStart) { self.start = start }

    /// 2026-11-21T08:00:00Z.
    package static let standardStart = Timestamp(milliseconds: 1_795_248_000_000)

    package func now() -> Timestamp {
        state.withLock { start.advanced(byMilliseconds: $0.elapsed + $0.offset) }
    }

    package func milliseconds() -> Int64 { elapsedMilliseconds }

    /// Milliseconds since the start, whatever the wall clock says.
    package var elapsedMilliseconds: Int64 { state.withLock { $0.elapsed } }

    package func advance(toElapsed moment: Int64) {
        state.withLock { $0.elapsed = max($0.elapsed, moment) }
    }

    /// The wall clock is set, as somebody who corrects it does.
    package func step(byMilliseconds more: Int64) { state.withLock { $0.offset += more } }

    /// How far the wall clock was set from where it would be.
    package var offsetMilliseconds: Int64 { state.withLock { $0.offset } }

    /// When the wall clock will show that moment, if nobody sets it meanwhile.
    package func elapsedMilliseconds(at moment: Timestamp) -> Int64 {
        state.withLock { state in
            let (difference, overflow) = moment.milliseconds.subtractingReportingOverflow(
                start.milliseconds + state.offset
            )
            return overflow ? .max : difference
        }
    }
}

/// Ids that count on through every restart, as random ones never repeat.
package final class SimulatedIDs: IDSource {
    private let prefix: String
    private let count = Mutex(0)

    package init(prefix: String) { self.prefix = prefix }

    package func next() -> MessageID {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return MessageID(rawValue: "\(prefix)-\(number)")
    }
}
