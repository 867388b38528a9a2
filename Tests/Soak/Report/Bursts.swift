/// How many orders a second end when many come at once: what the worker can do, whatever pace they usually have.
struct Bursts: Codable, Sendable {
    /// Of each crowd of orders before the faults and after them.
    var before: [Double]
    var after: [Double]

    /// The middle one after the faults, as a share of the middle one before.
    var share: Double? {
        guard let before = Self.middle(before), let after = Self.middle(after), before > 0 else { return nil }
        return after / before
    }

    static func middle(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
