import TestSupport

/// What the worker can do at most, with nothing wrong.
extension Course {
    /// Has many orders come at once, again and again, and gives how many ended a second each time.
    func measureBursts() async throws -> [Double] {
        // With an order lost on purpose there is no quiet.
        guard fault.hasSteadyOrders, options.plant == nil else { return [] }
        site.generator.stop()
        defer { site.generator.start() }
        try await eventually("a quiet moment", seconds: 120) { backlog == 0 }
        var speeds: [Double] = []
        for _ in 0..<options.bursts {
            let start = Moment.nanoseconds()
            site.generator.burst(options.burstOrders)
            try await eventually("the ends of \(options.burstOrders) orders", seconds: 120, every: 0.01) {
                backlog == 0
            }
            // To the arrival of the last end: when it was looked for says nothing.
            let seconds = site.times.lastEndSeconds(since: start)
            speeds.append(Double(options.burstOrders) / seconds)
        }
        return speeds
    }

    /// Waits until orders come and end at their usual pace again.
    func awaitPace() async throws {
        guard fault.hasSteadyOrders else { return }
        let done = site.sink.completed
        try await eventually("orders at their pace", seconds: 60) {
            site.sink.completed >= done + options.warmUpOrders
        }
    }
}

extension CourseOptions {
    var bursts: Int { isQuick ? 1 : 3 }
    var burstOrders: Int { isQuick ? 10 : 300 }
}
