/// How orders went for a while.
struct Pace: Codable, Sendable {
    private(set) var seconds: Double
    /// Orders whose end arrived in that time.
    private(set) var completed: Int
    private(set) var perSecond: Double
    /// From the first sending of an order to the arrival of its end, of those that were sent in that time.
    private(set) var latency: Times
    /// Each of them, for sums; too many to be written down.
    private(set) var latencySeconds: [Double] = []

    private enum CodingKeys: String, CodingKey {
        case seconds, completed, perSecond, latency
    }

    init(seconds: Double, completed: Int, latencySeconds: [Double]) {
        self.seconds = seconds
        self.completed = completed
        perSecond = seconds > 0 ? Double(completed) / seconds : 0
        latency = Times(latencySeconds)
        self.latencySeconds = latencySeconds
    }

    /// All together, one after the other.
    init(sum paces: [Pace]) {
        self.init(
            seconds: paces.map(\.seconds).reduce(0, +),
            completed: paces.map(\.completed).reduce(0, +),
            latencySeconds: paces.flatMap(\.latencySeconds)
        )
    }
}

/// How orders went in a course that began and ended with nothing wrong.
struct Paces: Codable, Sendable {
    /// With a warm worker, until the first fault.
    var before: Pace
    /// From the first fault until what had piled up was done.
    var during: Pace
    /// As long as before.
    var after: Pace

    /// What is completed a second after the faults, as a share of what was before.
    var share: Double? { before.perSecond > 0 ? after.perSecond / before.perSecond : nil }
}

extension Paces {
    /// Of all courses that have them; nil for none.
    init?(sum paces: [Paces]) {
        guard !paces.isEmpty else { return nil }
        before = Pace(sum: paces.map(\.before))
        during = Pace(sum: paces.map(\.during))
        after = Pace(sum: paces.map(\.after))
    }
}
