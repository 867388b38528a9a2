import TestSupport

/// How orders went before, during and after the faults.
extension Course {
    /// Orders that were sent and whose end has not arrived.
    var backlog: Int { max(0, site.generator.sent - site.sink.completed) }

    private static let lookSeconds = 0.02
    /// No more orders on their way than before for this long: it was no moment between two crowds.
    private static let settledSeconds = 0.5

    /// Watches orders with nothing wrong, before the first fault.
    func watchBefore() async {
        guard fault.hasSteadyOrders else { return }
        let start = Moment.nanoseconds()
        var most = backlog
        while Moment.seconds(since: start) < options.calmSeconds {
            await pause(seconds: Self.lookSeconds)
            most = max(most, backlog)
        }
        let end = Moment.nanoseconds()
        await letEnd(start..<end)
        notePaceBefore(
            from: start,
            to: end,
            faultsBegin: Moment.nanoseconds(),
            CatchUp(calmBacklog: most, at: end)
        )
    }

    /// Waits for the ends of what was sent then: a fault that begins before would be told as slowness without one.
    private func letEnd(_ span: Range<UInt64>) async {
        let asked = Moment.nanoseconds()
        while site.times.open(in: span) > 0, Moment.seconds(since: asked) < options.calmSeconds {
            await pause(seconds: Self.lookSeconds)
        }
    }

    /// Waits until what has piled up is done, and watches orders as long as before the faults.
    ///
    /// A worker that does not come that far in the time is watched all the same: its pace tells.
    func watchAfter() async {
        guard fault.hasSteadyOrders else { return }
        let asked = Moment.nanoseconds()
        var seconds: Double?
        while seconds == nil, Moment.seconds(since: asked) < options.catchUpSecondsMax * Patience.factor {
            await pause(seconds: Self.lookSeconds)
            noteBacklog()
            seconds = caughtUpSeconds(settledSeconds: Self.settledSeconds)
        }
        let start = Moment.nanoseconds()
        await pause(seconds: options.calmSeconds)
        notePaceAfter(from: start, to: Moment.nanoseconds(), caughtUpSeconds: seconds)
    }

    /// Of the pace before the faults, what counts as having come back.
    static let paceShareAwaited = 0.9
    /// Orders are counted in as much time.
    private static let paceSeconds = 1.0

    /// So many orders in a second are as many as were to come back.
    static func ordersAwaited(perSecondBefore: Double) -> Int {
        max(1, Int((paceShareAwaited * perSecondBefore * paceSeconds).rounded(.up)))
    }

    /// Whether the next fault waits for orders to be completed at the pace of before.
    ///
    /// Where there are many rounds, some faults come sooner: while a crowd is being worked off. Those of K2 come with the
    /// next messages after a start, whatever is done in between.
    private func awaitsPace(_ number: Int) -> Bool {
        let rounds = options.rounds(fault)
        if number == rounds - 1 { return true }
        return switch fault {
        case .workerKilled, .killedAtPoint: false
        default: rounds <= Self.fewRounds || number % 2 == 0
        }
    }

    private static let fewRounds = 20

    /// Waits as long as the next fault is to, and notes how long the pace took to come back.
    func measurePaceRecovery(after number: Int) async {
        if awaitsPace(number) { await measurePaceRecovery() }
    }

    /// Waits until orders are completed at the pace of before the faults, and notes how long that took from the end of
    /// the last fault; a pace that does not come back is noted with the time it had.
    func measurePaceRecovery() async {
        guard let (pace, faultEnd) = paceBefore else { return }
        let count = Self.ordersAwaited(perSecondBefore: pace)
        let nanoseconds = UInt64(Self.paceSeconds * 1_000_000_000)
        while Moment.seconds(since: faultEnd) < Self.recoverySecondsAwaited * Patience.factor {
            if let moment = site.times.firstMoment(withEnds: count, within: nanoseconds, after: faultEnd) {
                return notePaceRecovery(Double(moment - faultEnd) / 1_000_000_000)
            }
            await pause(seconds: Self.lookSeconds)
        }
        notePaceRecovery(Moment.seconds(since: faultEnd))
    }

    /// What orders came to in the times before the first fault and after the last one, and between these.
    func paces(
        _ before: ClosedRange<UInt64>,
        faultsBegin: UInt64,
        _ after: ClosedRange<UInt64>
    ) -> Paces {
        Paces(
            before: site.times.pace(from: before.lowerBound, to: before.upperBound),
            during: site.times.pace(from: faultsBegin, to: after.lowerBound),
            after: site.times.pace(from: after.lowerBound, to: after.upperBound)
        )
    }
}
