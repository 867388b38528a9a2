internal import Orders
internal import Store

/// What is known of one hop when it is decided: kept until its commit tells how long it took.
package struct HopMeasure: Sendable, Hashable {
    /// Position of the role among the station's.
    var role: Int
    var kind: FlowKind
    /// The first failure that was told in it.
    var code: FailureCode?
    /// When its message arrived, by the steady clock; `nil` where nothing arrived, or nobody looked.
    var arrivedAt: Int64?
}

/// Counts what flows of messages did, minute by minute, until the store has it.
///
/// Owned by the committer's thread.
struct FlowRecorder {
    private struct Flow: Hashable {
        var role: Int
        var kind: FlowKind
        var code: FailureCode?
    }

    private struct Tally {
        var messages = 0
        var durations = DurationHistogram()

        mutating func note(microseconds: Int64?) {
            messages += 1
            if let microseconds { durations.add(microseconds: microseconds) }
        }
    }

    private let roles: [RoleName]
    private let keptHours: Int64
    private var countedSince: Timestamp
    /// The minute that is being counted.
    private var minute: Timestamp
    private var tallies: [Flow: Tally] = [:]
    /// Of minutes that are over, and not in the store yet.
    private var owed: [FlowMinute] = []

    /// Rows that wait for a store that takes nothing; the oldest go first beyond that.
    private static let owedMax = 10_000
    private static let minuteMilliseconds: Int64 = 60_000

    init(roles: [RoleName], keptHours: Int, now: Timestamp) {
        self.roles = roles
        self.keptHours = Int64(keptHours)
        countedSince = now
        minute = Self.minute(of: now)
    }

    private static func minute(of now: Timestamp) -> Timestamp {
        let into = now.milliseconds % minuteMilliseconds
        return now.advanced(byMilliseconds: into < 0 ? -into - minuteMilliseconds : -into)
    }

    /// These hops were committed at that moment of the steady clock.
    mutating func record(_ measures: [HopMeasure], at moment: Int64, now: Timestamp) {
        turn(now)
        for measure in measures {
            let flow = Flow(role: measure.role, kind: measure.kind, code: measure.code)
            tallies[flow, default: Tally()].note(microseconds: measure.arrivedAt.map { moment - $0 })
        }
    }

    /// What is to be written now: of the minutes that are over, at the end of all of them.
    mutating func due(now: Timestamp, isEnding: Bool = false) -> HopGroup? {
        turn(now)
        if isEnding { finishMinute() }
        guard !owed.isEmpty else { return nil }
        var group = HopGroup()
        group.flows = owed
        group.flowsBefore = now.advanced(bySeconds: -keptHours * 3_600)
        return group
    }

    /// What was due is in the store.
    mutating func written() { owed.removeAll() }

    /// A clock that steps back begins a count of its own: the rows of before stay as they are.
    private mutating func turn(_ now: Timestamp) {
        let current = Self.minute(of: now)
        guard current != minute else { return }
        finishMinute()
        if current < minute { countedSince = now }
        minute = current
    }

    private mutating func finishMinute() {
        guard !tallies.isEmpty else { return }
        for (flow, tally) in tallies where roles.indices.contains(flow.role) {
            owed.append(
                FlowMinute(
                    minute: minute,
                    role: roles[flow.role],
                    kind: flow.kind,
                    code: flow.code,
                    countedSince: countedSince,
                    messages: tally.messages,
                    durations: tally.durations
                )
            )
        }
        tallies.removeAll(keepingCapacity: true)
        if owed.count > Self.owedMax { owed.removeFirst(owed.count - Self.owedMax) }
    }
}
