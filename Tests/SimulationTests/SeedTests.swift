import Foundation
import Simulation
import TestSupport
import Testing

@Suite("The station in a simulated world", .timeLimit(Patience.minutes(20)))
struct SeedTests {
    private static let patienceSeconds = 1_000.0

    private func simulate(_ arguments: [String]) async throws -> FinishedProcess {
        try await ChildProcess(BuiltProducts.simulate(), arguments).finished(within: Self.patienceSeconds)
    }

    /// What of a report matters here.
    private struct Report: Decodable {
        var seeds: Int
        var failedSeeds: [UInt64]
        var ordersLeast: Int
        var faultsLeast: Int
        var faultsByKind: [String: Int]
        var circumstances: [String: Int]
        var changes: [String: Int]
        var letPassOf: [String: Int]
    }

    /// Which of the kinds never happened; the report names each, also with 0.
    private static func missing<Kind: RawRepresentable<String>>(
        _ counts: [String: Int],
        among kinds: [Kind]
    ) -> Set<String> {
        Set(kinds.map(\.rawValue).filter { counts[$0, default: 0] == 0 })
    }

    @Test("Seeds are survived: nothing is lost, nothing happens twice, and quiet comes (A59, A60)")
    func survival() async throws {
        let path = "\(NSTemporaryDirectory())/simulation-\(UUID().uuidString).json"
        defer { unlink(path) }
        let end = try await simulate(["--seeds", "1..24", "--report", path])
        #expect(end.exit == .code(0), "\(end.output)\(end.errors)")
        #expect(end.output.contains("24 seeds"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let report = try JSONDecoder().decode(Report.self, from: bytes)
        #expect(report.seeds == 24)
        #expect(report.failedSeeds == [])
        #expect(report.ordersLeast >= 20)
        #expect(report.faultsLeast >= 20)
        // Named are those that are rare among so few seeds, as most of them need two accidents at once.
        #expect(
            Self.missing(report.faultsByKind, among: FaultKind.allCases)
                .isSubset(of: ["unroutable", "powerCut"])
        )
        #expect(
            Self.missing(report.circumstances, among: Circumstance.allCases)
                .isSubset(of: ["lostRefusal", "lostReturn", "returned"])
        )
        #expect(
            Self.missing(report.changes, among: ChangeKind.allCases)
                .isSubset(of: ["skip", "refusedBeyondReturn"])
        )
        #expect(Self.missing(report.letPassOf, among: Exemption.allCases) == [])
    }

    @Test("A seed decides a run alone: the same seed runs alike, another one otherwise")
    func replay() async throws {
        let runs = try await [
            simulate(["--seed", "7", "--quiet"]), simulate(["--seed", "7", "--quiet"]),
            simulate(["--seed", "8", "--quiet"]),
        ]
        #expect(runs.allSatisfy { $0.exit == .code(0) })
        #expect(runs[0].output == runs[1].output)
        #expect(runs[0].output != runs[2].output)
    }

    @Test("A replayed seed tells its steps, and a failing one fails with what does not hold")
    func trace() async throws {
        let told = try await simulate(["--seed", "3"])
        #expect(told.output.contains("FAULT"))
        #expect(told.output.contains("faults are over"))
        let failing = try await simulate(["--seed", "1", "--plant", "noInboxCheck", "--quiet"])
        #expect(failing.exit == .code(1))
        #expect(failing.output.contains("VIOLATION: "))
    }

    @Test("A failing seed is told with its commit and a command that runs it alone, and that fails alike")
    func failure() async throws {
        let end = try await simulate(["--plant", "ackBeforeCommit", "--seeds", "1..50"])
        let told = try #require(
            end.output.firstMatch(of: #/seed (\d+) FAILS at commit ([0-9a-f]+(?:-dirty)?|unknown): /#)
        )
        let command = try #require(end.output.firstMatch(of: #/replay it alone: (.+)/#)?.1)
        let words = command.split(separator: " ").dropFirst().map(String.init)
        #expect(words.starts(with: ["--seed", String(told.1)]))
        let again = try await simulate(words + ["--quiet"])
        #expect(again.exit == .code(1), "\(again.output)")
        #expect(again.output.contains("was acknowledged before any commit that knows it"))
    }

    @Test("Each planted bug is found within a thousand seeds, as what it is", arguments: PlantedBug.allCases)
    func planted(bug: PlantedBug) async throws {
        let end = try await simulate(["--plant", bug.rawValue, "--seeds", "1..1000"])
        #expect(end.exit == .code(0), "\(end.output)\(end.errors)")
        let found = try #require(end.output.firstMatch(of: #/found by seed \d+ of \d+: (.+)/#)?.1)
        #expect(bug.told(by: [String(found)]) != nil)
    }

    @Test("In the world that a planted bug needs nothing is found without it", arguments: PlantedBug.allCases)
    func withoutBug(bug: PlantedBug) throws {
        let site = try SimulationSite(root: BuiltProducts.packageFolder.path)
        let setup = SimulationSetup(seed: 2)
        let adapted = setup.adapted(to: bug)
        let isOrdinary = "\(adapted)" == "\(setup)"
        // The others are met by every seed.
        guard !isOrdinary else { return }
        #expect(try Simulation(site: site, setup: adapted, expectations: nil).run().violations == [])
    }

    @Test("Each seed wants at least 20 orders and 20 faults, of every kind among many seeds")
    func extent() {
        let setups = (1...200).map { SimulationSetup(seed: UInt64($0)) }
        #expect(setups.allSatisfy { $0.orders >= 20 && $0.faults >= 20 })
        let kinds = Set(setups.flatMap { $0.faultWeights.map(\.kind) })
        #expect(kinds == Set(FaultKind.allCases))
    }
}
