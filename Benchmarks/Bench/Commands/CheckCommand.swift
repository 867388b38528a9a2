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

    private static let file = BuiltProducts.packageFolder.appendingPathComponent("Benchmarks/thresholds.json")

    func run() async throws {
        let counted = try await StageCosts.instructions(folder: places.dataFolder)
        if accept {
            try ResultFile.write(
                StageThresholds(instructionsPerHop: counted.mapValues { Int($0.rounded()) }),
                to: Self.file
            )
        }
        let kept = try JSONDecoder().decode(StageThresholds.self, from: Data(contentsOf: Self.file))
        print(kept.table(counted: counted, names: StageCosts.names).text)
        let problems = kept.problems(counted: counted, names: StageCosts.names)
        guard problems.isEmpty else {
            throw BenchProblem(
                "\(problems.joined(separator: "; ")). Make it cheaper, or keep it with `make bench-check-accept` and say why"
            )
        }
    }
}
