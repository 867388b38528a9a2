import ArgumentParser
import Foundation
import TestSupport

/// `bench check`: the instructions of each stage against the thresholds that are kept with the sources.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Counts the instructions of each stage on fixed inputs; fails when one has become more than 5 % worse."
    )

    @OptionGroup var places: Places

    @Flag(name: .long, help: "Keep what is counted now as the new thresholds.")
    var accept = false

    /// A stage that costs more than this beyond its threshold fails.
    private static let toleranceShare = 0.05
    private static let file = BuiltProducts.packageFolder.appendingPathComponent("Benchmarks/thresholds.json")

    /// Instructions a hop, by stage.
    struct Thresholds: Codable {
        var instructionsPerHop: [String: Int]
    }

    func run() async throws {
        let counted = try await StageCosts.instructions(folder: places.dataFolder)
        if accept {
            try ResultFile.write(
                Thresholds(instructionsPerHop: counted.mapValues { Int($0.rounded()) }),
                to: Self.file
            )
        }
        let kept = try JSONDecoder().decode(Thresholds.self, from: Data(contentsOf: Self.file))
            .instructionsPerHop
        var table = Table(["instructions a hop", "now", "threshold", "change"])
        var worse: [String] = []
        for name in StageCosts.names {
            guard let now = counted[name] else { continue }
            guard let threshold = kept[name] else {
                worse.append("\(name) has no threshold")
                continue
            }
            let change = now / Double(threshold) - 1
            table.add([
                name, Table.number(now), "\(threshold)", Table.number(change * 100, digits: 1) + " %",
            ])
            if change > Self.toleranceShare {
                worse.append("\(name) is \(Table.number(change * 100, digits: 1)) % worse")
            }
        }
        print(table.text)
        guard worse.isEmpty else {
            throw BenchProblem(
                "\(worse.joined(separator: "; ")). Make it cheaper, or keep it with `make bench-check-accept` and say why"
            )
        }
    }
}
