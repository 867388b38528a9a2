import ArgumentParser
import Simulation

@main
struct Simulate: ParsableCommand {
    @Option var seeds = "1..10"
    @Option var seed: UInt64?
    @Option var root = "."
    @Flag var trace = false

    func run() throws {
        let site = try SimulationSite(root: root)
        let expectations = try Expectations(site: site)
        if let seed {
            let t = Trace(write: trace ? { print($0) } : nil)
            let s = try Simulation(
                site: site,
                setup: SimulationSetup(seed: seed),
                expectations: expectations,
                trace: t
            )
            let r = try s.run()
            print(r)
            return
        }
        let parts = seeds.split(separator: ".").compactMap { UInt64($0) }
        for seed in parts[0]...parts[1] {
            let s = try Simulation(site: site, setup: SimulationSetup(seed: seed), expectations: expectations)
            let r = try s.run()
            print(
                seed,
                r.violations.isEmpty ? "ok" : "FAIL",
                r.orders,
                r.faultCount,
                r.steps,
                r.commits,
                r.restarts,
                r.recoveryMilliseconds,
                r.simulatedMilliseconds
            )
            for v in r.violations.prefix(3) { print("   ", v) }
        }
    }
}
