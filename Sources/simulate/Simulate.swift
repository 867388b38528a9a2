import ArgumentParser
import Foundation
import Simulation
import TestSupport

/// `simulate`: runs the station in a simulated world, once a seed.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract:
            "Runs the station in a simulated world, once a seed, and tells which seeds it did not survive.",
        discussion: """
            Each run is decided by its seed alone: at least 20 orders through COM and SOM, at least 20 faults of broker, \
            store, clock and process, then quiet, then everything is checked.

            Examples:
              simulate --seeds 1..1000
              simulate --seed 17                         # one run, told step by step
              simulate --plant all --seeds 1..1000       # each planted bug must be found
            """
    )

    @Option(name: .long, help: "The seeds to run, as FIRST..LAST.")
    var seeds = SeedRange(first: 1, last: 1_000)

    @Option(name: .long, help: "Run this seed alone and tell every step.")
    var seed: UInt64?

    @Option(
        name: .long,
        help: "Build a bug in: \(PlantedBug.allCases.map(\.rawValue).joined(separator: ", ")), or all."
    )
    var plant: String?

    @Option(name: .long, help: "Runs at a time.")
    var jobs = max(1, ProcessInfo.processInfo.activeProcessorCount)

    @Option(name: .long, help: "The folder of queues.yaml and Examples.")
    var root = "."

    @Option(name: .long, help: "Write the figures to this file, as JSON.")
    var report: String?

    @Flag(name: .long, help: "With --seed: tell the end only.")
    var quiet = false

    func run() throws {
        FixedHashing.ensure()
        let site = try SimulationSite(root: root)
        let expectations = try Expectations(site: site)
        let commit = SourceCommit.current(root: root)
        if let seed {
            try replay(seed, bug: plantedBugs().first, site, expectations)
        } else if plant != nil {
            var areAllFound = true
            for bug in try plantedBugs() {
                let replay = ReplayCommand(root: root, bug: bug)
                let course = SeedCourse(
                    site: site,
                    expectations: expectations,
                    commit: commit,
                    replay: replay
                )
                let figures = course.run(seeds, jobs: jobs)
                print(figures.text(of: bug, commit: commit, replay: replay.text))
                if figures.finding(of: bug) == nil { areAllFound = false }
            }
            if !areAllFound { throw ExitCode.failure }
        } else {
            let replay = ReplayCommand(root: root)
            let course = SeedCourse(site: site, expectations: expectations, commit: commit, replay: replay)
            let figures = course.run(seeds, jobs: jobs)
            print(figures.text(commit: commit, replay: replay.text))
            if let report {
                try figures.json(commit: commit).write(toFile: report, atomically: true, encoding: .utf8)
            }
            if !figures.failures.isEmpty || !figures.shortcomings.isEmpty { throw ExitCode.failure }
        }
    }

    private func plantedBugs() throws -> [PlantedBug] {
        guard let plant else { return [] }
        if plant == "all" { return PlantedBug.allCases }
        guard let bug = PlantedBug(rawValue: plant) else {
            throw ValidationError("There is no bug \(plant) to plant; see --help.")
        }
        return [bug]
    }

    private func replay(
        _ seed: UInt64,
        bug: PlantedBug?,
        _ site: SimulationSite,
        _ expectations: Expectations
    ) throws {
        let simulation = try Simulation(
            site: site,
            setup: SimulationSetup(seed: seed),
            expectations: expectations,
            bug: bug,
            trace: Trace(write: quiet ? nil : { print($0) })
        )
        let end = try simulation.run()
        print(end.text)
        if !end.violations.isEmpty { throw ExitCode.failure }
    }
}

/// `FIRST..LAST`.
struct SeedRange: ExpressibleByArgument, CustomStringConvertible {
    var first: UInt64
    var last: UInt64

    init(first: UInt64, last: UInt64) {
        self.first = first
        self.last = last
    }

    init?(argument: String) {
        let parts = argument.split(separator: ".").compactMap { UInt64($0) }
        guard parts.count == 2, parts[0] <= parts[1], parts[1] < .max else { return nil }
        self.init(first: parts[0], last: parts[1])
    }

    var description: String { "\(first)..\(last)" }
    var defaultValueDescription: String { description }
}
