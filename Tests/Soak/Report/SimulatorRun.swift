import Foundation
import TestSupport

/// The simulator, run as a program of its own.
enum SimulatorRun {
    /// As `simulate --report` writes it.
    private struct Figures: Decodable {
        var seeds: Int
        var seconds: Int
        var failedSeeds: [UInt64]
        var faults: Int
    }

    private static let hoursMax = 24.0

    static func run(seeds: String, folder: URL) async throws -> SoakReport.Seeds {
        let file = folder.appendingPathComponent("simulation.json")
        // What an earlier run wrote is not what this one came to.
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
        let process = try ChildProcess(
            try BuiltProducts.simulate(),
            ["--seeds", seeds, "--root", BuiltProducts.packageFolder.path, "--report", file.path]
        )
        let finished = try await process.finished(within: hoursMax * 3_600)
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw SoakProblem(
                "the simulator failed: \(finished.output.suffix(1_000))\(finished.errors.suffix(1_000))"
            )
        }
        return try figures(of: seeds, report: try Data(contentsOf: file), finished.exit, finished.output)
    }

    /// What it came to, by its report, its end and its words: seeds that did not fail prove nothing when it says that they
    /// were not enough.
    static func figures(
        of range: String,
        report: Data,
        _ exit: ChildProcess.Exit,
        _ output: String
    ) throws -> SoakReport.Seeds {
        let figures = try JSONDecoder().decode(Figures.self, from: report)
        var shortcomings = output.split(separator: "\n").filter { $0.hasPrefix("NOT ENOUGH: ") }.map(
            String.init
        )
        if exit != .code(0), shortcomings.isEmpty, figures.failedSeeds.isEmpty {
            shortcomings = ["it ended with \(exit): \(output.suffix(1_000))"]
        }
        return SoakReport.Seeds(
            range: range,
            seeds: figures.seeds,
            failed: figures.failedSeeds,
            shortcomings: shortcomings,
            faults: figures.faults,
            seconds: figures.seconds
        )
    }
}
