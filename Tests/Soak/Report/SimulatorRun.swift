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
        let figures = try JSONDecoder().decode(Figures.self, from: try Data(contentsOf: file))
        return SoakReport.Seeds(
            range: seeds,
            seeds: figures.seeds,
            failed: figures.failedSeeds,
            faults: figures.faults,
            seconds: figures.seconds
        )
    }

    /// The commit of the checkout; `unknown` outside of one.
    static var commit: String {
        let folder = BuiltProducts.packageFolder.appendingPathComponent(".git")
        func text(_ name: String) -> String? {
            // Absent outside of a checkout, and where references are packed.
            (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))?
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard let head = text("HEAD") else { return "unknown" }
        let commit = head.hasPrefix("ref: ") ? text(String(head.dropFirst(5))) : head
        return commit.map { String($0.prefix(12)) } ?? "unknown"
    }
}
