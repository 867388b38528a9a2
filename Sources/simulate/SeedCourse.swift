import Foundation
import Simulation
import Synchronization

/// Runs many seeds, several at a time, each in one thread.
final class SeedCourse: Sendable {
    private let site: SimulationSite
    private let expectations: Expectations
    private let bug: PlantedBug?
    private let commit: String
    private let replay: ReplayCommand
    private let state = Mutex(State())

    private struct State {
        var next: UInt64 = 0
        var isStopped = false
        var figures = SeedFigures()
    }

    /// Room for the recursion of a deep document, in bytes.
    private static let stackBytes = 8 << 20

    /// A course that stops as soon as the bug that `replay` names is found, or goes through all seeds without one.
    init(site: SimulationSite, expectations: Expectations, commit: String, replay: ReplayCommand) {
        self.site = site
        self.expectations = expectations
        self.commit = commit
        self.replay = replay
        bug = replay.bug
    }

    func run(_ seeds: SeedRange, jobs: Int) -> SeedFigures {
        state.withLock { $0.next = seeds.first }
        let start = DispatchTime.now()
        let ends = (0..<max(1, jobs)).map { _ in
            let end = DispatchSemaphore(value: 0)
            let thread = Thread { [self] in
                while let seed = nextSeed(until: seeds.last) { runOne(seed) }
                end.signal()
            }
            thread.stackSize = Self.stackBytes
            thread.start()
            return end
        }
        for end in ends { end.wait() }
        let nanoseconds = DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds
        return state.withLock { state in
            state.figures.seconds = Double(nanoseconds) / 1e9
            return state.figures
        }
    }

    private func nextSeed(until last: UInt64) -> UInt64? {
        state.withLock { state in
            guard !state.isStopped, state.next <= last else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func runOne(_ seed: UInt64) {
        let report: SimulationReport
        do {
            let setup = SimulationSetup(seed: seed)
            report = try Simulation(site: site, setup: setup, expectations: expectations, bug: bug).run()
        } catch {
            var failed = SimulationReport(seed: seed)
            failed.violations = ["the run could not begin: \(error)"]
            report = failed
        }
        state.withLock { state in
            state.figures.add(report)
            if bug?.told(by: report.violations) != nil { state.isStopped = true }
        }
        if bug == nil, !report.violations.isEmpty {
            print(report.failureText(commit: commit, replay: replay.text(seed: seed)))
        }
    }
}
