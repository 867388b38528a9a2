extension SoakReport {
    /// Orders a second when many come at once, by course; nil without any.
    var burstText: String? {
        var rows = [["many orders at once, a second", "before", "after", "after/before"]]
        var shares: [Double] = []
        for course in courses {
            guard let bursts = course.bursts, let share = bursts.share else { continue }
            let speeds = [bursts.before, bursts.after].map { $0.map(Self.number).joined(separator: " ") }
            rows.append([course.fault.rawValue] + speeds + [Self.number(share)])
            shares.append(share)
        }
        guard let middle = Bursts.middle(shares) else { return nil }
        rows.append(["middle of all", "", "", Self.number(middle)])
        return Self.columns(rows)
    }
}
