import Simulation

/// The command that runs a seed alone, as it was run among others.
struct ReplayCommand: Sendable {
    var program = CommandLine.arguments.first ?? "simulate"
    var root: String
    var bug: PlantedBug?

    func text(seed: UInt64) -> String {
        var words = [program, "--seed \(seed)"]
        if let bug { words.append("--plant \(bug)") }
        if root != "." { words.append("--root \(root)") }
        return words.joined(separator: " ")
    }
}
