import Simulation

/// What many runs came to.
struct SeedFigures: Sendable {
    var seeds = 0
    var seconds = 0.0
    var failures: [SimulationReport] = []
    var orders = 0
    var ordersLeast = Int.max
    var faults: [FaultKind: Int] = [:]
    var faultsLeast = Int.max
    var steps = 0
    var commits = 0
    var restarts = 0

    mutating func add(_ report: SimulationReport) {
        seeds += 1
        orders += report.orders
        ordersLeast = min(ordersLeast, report.orders)
        faults.merge(report.faults, uniquingKeysWith: +)
        faultsLeast = min(faultsLeast, report.faultCount)
        steps += report.steps
        commits += report.commits
        restarts += report.restarts
        if !report.violations.isEmpty { failures.append(report) }
    }

    private var faultCount: Int { faults.values.reduce(0, +) }

    func text(commit: String) -> String {
        var lines = [
            "\(seeds) seeds in \(Int(seconds)) s at commit \(commit): \(failures.count) failed",
            "\(orders) orders (at least \(seeds > 0 ? ordersLeast : 0) a seed), \(commits) commits, "
                + "\(restarts) restarts, \(steps) steps",
            "\(faultCount) faults took effect (at least \(seeds > 0 ? faultsLeast : 0) a seed):",
        ]
        for kind in FaultKind.allCases { lines.append("  \(kind): \(faults[kind] ?? 0)") }
        for failure in failures.prefix(20) {
            lines.append("seed \(failure.seed) fails at commit \(commit): \(failure.violations.first ?? "")")
            lines.append("  replay it alone: simulate --seed \(failure.seed)")
        }
        return lines.joined(separator: "\n")
    }

    func json(commit: String) -> String {
        let kinds = FaultKind.allCases.map { "\"\($0)\": \(faults[$0] ?? 0)" }.joined(separator: ", ")
        let failed = failures.map { String($0.seed) }.joined(separator: ", ")
        return """
            {"commit": "\(commit)", "seeds": \(seeds), "seconds": \(Int(seconds)), "failedSeeds": [\(failed)], \
            "orders": \(orders), "commits": \(commits), "restarts": \(restarts), "steps": \(steps), \
            "faults": \(faultCount), "faultsByKind": {\(kinds)}}

            """
    }
}

extension SimulationReport {
    /// The end of one run, in words.
    var text: String {
        var lines = [
            "seed \(seed): \(orders) orders, \(faultCount) faults, \(steps) steps, \(commits) commits, "
                + "\(restarts) restarts, \(simulatedMilliseconds / 1_000) simulated seconds",
            "digest \(String(digest, radix: 16))",
        ]
        lines += violations.isEmpty ? ["all holds"] : violations.map { "VIOLATION: \($0)" }
        return lines.joined(separator: "\n")
    }
}
