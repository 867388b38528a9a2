/// What many runs came to.
package struct SeedFigures: Sendable {
    package private(set) var seeds = 0
    package var seconds = 0.0
    package private(set) var failures: [SimulationReport] = []
    package private(set) var orders = 0
    private var ordersLeast = Int.max
    package private(set) var faults: [FaultKind: Int] = [:]
    private var faultsLeast = Int.max
    package private(set) var circumstances: [Circumstance: Int] = [:]
    package private(set) var changes: [ChangeKind: Int] = [:]
    package private(set) var exemptions: [Exemption: ExemptionShare] = [:]
    private var steps = 0
    private var commits = 0
    private var restarts = 0
    /// Equal for equal runs, in whatever order they ended.
    private var digest: UInt64 = 0

    /// Orders that every run has at least, and faults that take effect in it.
    private static let extentLeast = 20
    /// Of so many seeds each kind of fault must have been met by some.
    package static let seedsForEveryKind = 500
    private static let failuresToldMax = 20

    package init() {}

    package mutating func add(_ report: SimulationReport) {
        seeds += 1
        orders += report.orders
        ordersLeast = min(ordersLeast, report.orders)
        faults.merge(report.faults, uniquingKeysWith: +)
        faultsLeast = min(faultsLeast, report.faultCount)
        circumstances.merge(report.circumstances, uniquingKeysWith: +)
        changes.merge(report.changes, uniquingKeysWith: +)
        exemptions.merge(report.exemptions, uniquingKeysWith: +)
        steps += report.steps
        commits += report.commits
        restarts += report.restarts
        digest &+= (report.digest ^ report.seed) &* 0x9e37_79b9_7f4a_7c15
        guard !report.violations.isEmpty else { return }
        let place = failures.lastIndex { $0.seed < report.seed }.map { $0 + 1 } ?? 0
        failures.insert(report, at: place)
    }

    /// Why these runs prove less than they should; empty when they do not.
    package var shortcomings: [String] {
        guard seeds > 0 else { return ["there were no seeds"] }
        var found: [String] = []
        if ordersLeast < Self.extentLeast { found.append("a seed had only \(ordersLeast) orders") }
        if faultsLeast < Self.extentLeast { found.append("a seed had only \(faultsLeast) faults") }
        guard seeds >= Self.seedsForEveryKind else { return found }
        found += FaultKind.allCases.filter { faults[$0] == nil }.map { "fault \($0) never took effect" }
        found += Circumstance.allCases.filter { circumstances[$0] == nil }.map { "\($0) never happened" }
        found += ChangeKind.allCases.filter { changes[$0] == nil }.map { "change \($0) never happened" }
        for kind in Exemption.allCases {
            let share = exemptions[kind] ?? ExemptionShare()
            if share.checks == 0 { found.append("nothing was checked beside \(kind)") }
            if share.perMille > kind.perMilleMax {
                found.append(
                    "\(kind): \(share.exempted) of \(share.checks) were let pass, more than "
                        + "\(kind.perMilleMax) of a thousand"
                )
            }
        }
        return found
    }

    private var faultCount: Int { faults.values.reduce(0, +) }

    /// The figures in words; `replay` is the command that runs a seed alone.
    package func text(commit: String, replay: (UInt64) -> String) -> String {
        var lines = [
            "\(seeds) seeds in \(Int(seconds)) s at commit \(commit): \(failures.count) failed",
            "\(orders) orders (at least \(seeds > 0 ? ordersLeast : 0) a seed), \(commits) commits, "
                + "\(restarts) restarts, \(steps) steps, digest \(String(digest, radix: 16))",
            "\(faultCount) faults took effect (at least \(seeds > 0 ? faultsLeast : 0) a seed):",
        ]
        for kind in FaultKind.allCases { lines.append("  \(kind): \(faults[kind] ?? 0)") }
        lines.append("between broker and processes there were:")
        for kind in Circumstance.allCases { lines.append("  \(kind): \(circumstances[kind] ?? 0)") }
        lines.append("of orders that change, and of fallout, there were:")
        for kind in ChangeKind.allCases { lines.append("  \(kind): \(changes[kind] ?? 0)") }
        lines.append("the checks let pass:")
        for kind in Exemption.allCases {
            let share = exemptions[kind] ?? ExemptionShare()
            lines.append("  \(kind): \(share.exempted) of \(share.checks)")
        }
        for failure in failures.prefix(Self.failuresToldMax) {
            lines.append(failure.failureText(commit: commit, replay: replay(failure.seed)))
        }
        for shortcoming in shortcomings { lines.append("NOT ENOUGH: \(shortcoming)") }
        return lines.joined(separator: "\n")
    }

    /// The first run that told of a planted bug, and how; one that failed of something else has not found it.
    package func finding(of bug: PlantedBug) -> (report: SimulationReport, told: String)? {
        for report in failures {
            if let told = bug.told(by: report.violations) { return (report, told) }
        }
        return nil
    }

    /// What became of the search for a planted bug, in words.
    package func text(of bug: PlantedBug, commit: String, replay: (UInt64) -> String) -> String {
        if let (found, told) = finding(of: bug) {
            return """
                \(bug): found by seed \(found.seed) of \(seeds): \(told)
                \(found.failureText(commit: commit, replay: replay(found.seed)))
                """
        }
        let others = failures.prefix(Self.failuresToldMax).map {
            "\n" + $0.failureText(commit: commit, replay: replay($0.seed))
        }
        return "\(bug): NOT FOUND by \(seeds) seeds" + others.joined()
    }

    package func json(commit: String) -> String {
        let failed = failures.map { String($0.seed) }.joined(separator: ", ")
        return """
            {"commit": "\(commit)", "seeds": \(seeds), "seconds": \(Int(seconds)), "failedSeeds": [\(failed)], \
            "orders": \(orders), "ordersLeast": \(seeds > 0 ? ordersLeast : 0), \
            "commits": \(commits), "restarts": \(restarts), "steps": \(steps), \
            "digest": "\(String(digest, radix: 16))", \
            "faults": \(faultCount), "faultsLeast": \(seeds > 0 ? faultsLeast : 0), \
            "faultsByKind": {\(Self.members(faults))}, "circumstances": {\(Self.members(circumstances))}, \
            "changes": {\(Self.members(changes))}, \
            "letPass": {\(Self.members(exemptions.mapValues(\.exempted)))}, \
            "letPassOf": {\(Self.members(exemptions.mapValues(\.checks)))}}

            """
    }

    private static func members<Kind: Hashable & CaseIterable>(_ counts: [Kind: Int]) -> String {
        Kind.allCases.map { "\"\($0)\": \(counts[$0] ?? 0)" }.joined(separator: ", ")
    }
}

extension SimulationReport {
    /// What a run that failed says for itself: which sources they were, and how to see it again.
    package func failureText(commit: String, replay: String) -> String {
        """
        seed \(seed) FAILS at commit \(commit): \(violations.prefix(3).joined(separator: "; "))
          replay it alone: \(replay)
        """
    }

    /// The end of one run, in words.
    package var text: String {
        var lines = [
            "seed \(seed): \(orders) orders, \(faultCount) faults, \(steps) steps, \(commits) commits, "
                + "\(restarts) restarts, \(simulatedMilliseconds / 1_000) simulated seconds",
            "digest \(String(digest, radix: 16))",
        ]
        lines += violations.isEmpty ? ["all holds"] : violations.map { "VIOLATION: \($0)" }
        return lines.joined(separator: "\n")
    }
}
