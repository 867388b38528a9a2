/// What each stage may cost: instructions a hop on fixed inputs, kept with the sources.
struct StageThresholds: Codable {
    var instructionsPerHop: [String: Int]

    /// A stage that costs more than this beyond its threshold fails.
    static let toleranceShare = 0.05

    /// Which stages cost more than they may, or cannot be compared; nothing that is not counted has passed.
    func problems(counted: [String: Double], names: [String]) -> [String] {
        names.compactMap { name in
            guard let now = counted[name] else { return "\(name) was not counted" }
            guard let threshold = instructionsPerHop[name] else { return "\(name) has no threshold" }
            let change = now / Double(threshold) - 1
            return change > Self.toleranceShare
                ? "\(name) is \(Table.number(change * 100, digits: 1)) % worse" : nil
        }
    }

    func table(counted: [String: Double], names: [String]) -> Table {
        var table = Table(["instructions a hop", "now", "threshold", "change"])
        for name in names {
            guard let now = counted[name], let threshold = instructionsPerHop[name] else { continue }
            let change = now / Double(threshold) - 1
            table.add([
                name, Table.number(now), "\(threshold)", Table.number(change * 100, digits: 1) + " %",
            ])
        }
        return table
    }
}
