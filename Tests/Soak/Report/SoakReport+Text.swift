import Foundation

extension SoakReport {
    /// The table and what it comes to.
    var text: String {
        var rows = [
            [
                "fault", "rounds", "orders", "confirmed", "done", "lost", "unexpected", "twice", "disorder",
                "own faults", "hops", "tries", "left", "expected", "arrivals", "repeated", "redelivered",
                "timed", "p50 s", "p99 s", "max s",
                "noticed s", "MB",
                "fds",
                "threads",
            ]
        ]
        for course in courses {
            let verdict = course.verdict
            let recovery = Times(course.recoverySeconds)
            let detection = Times(course.detectionSeconds)
            rows.append(
                [
                    "\(course.fault.rawValue) \(course.title)", "\(course.rounds)", "\(verdict.attempted)",
                    "\(verdict.confirmed)", "\(verdict.completed)", "\(verdict.lost.count)",
                    "\(verdict.unexpected.count)",
                    "\(verdict.duplicateEffects.count + verdict.differentBytes.count)",
                    "\(verdict.orderViolations.count)", "\(verdict.troublesTold)",
                    Self.count(course.storeAtEnd?.hops), Self.count(course.attemptsSpent?.count),
                    Self.count(course.storeAtEnd?.leftOver), "\(verdict.outputsExpected)",
                    "\(verdict.outputs)",
                    "\(verdict.outputsRepeated)", "\(course.redeliveredToWorker)", "\(recovery.count)",
                    Self.time(recovery.p50, recovery), Self.time(recovery.p99, recovery),
                    Self.time(recovery.max, recovery), Self.time(detection.max, detection),
                ] + Self.growth(course)
            )
        }
        return [Self.columns(rows), paceText, burstText, summary].compactMap(\.self).joined(separator: "\n\n")
    }

    private var summary: String {
        var lines = [
            """
            \(totals.workerKills) kills of the worker, \(totals.brokerKills) of the broker, \(totals.faultRounds) rounds in \
            all, the store found right \(totals.verifications) times, its file alone looked at \(totals.fileChecks) times, \(totals.confirmed) orders, \(totals.hops) messages committed, \(totals.outputsUnique) messages of the station for \
            \(totals.outputsExpected) expected: \(totals.lost) lost, \
            \(totals.unexpected) unexpected, \(totals.duplicateEffects) duplicate effects, \(totals.orderViolations) order \
            violations, \(totals.attemptsSpent) tries spent by interruptions, \(totals.leftOver) left over; \(totals.redeliveredToWorker) of \(totals.deliveredToWorker) deliveries to the worker were \
            redeliveries, \(totals.confirmTimeouts) connections given up for want of confirms; recovery p50 \(Self.number(totals.recoverySeconds.p50)) s, \
            p99 \(Self.number(totals.recoverySeconds.p99)) s, max \(Self.number(totals.recoverySeconds.max)) s
            """
        ]
        if let confidenceText { lines.append(confidenceText) }
        if !totals.pointsHit.isEmpty {
            let points = totals.pointsHit.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            lines.append("died at: \(points.joined(separator: ", "))")
        }
        if let simulator {
            lines.append(
                "simulator: seeds \(simulator.range), \(simulator.seeds) run, \(simulator.faults) faults, "
                    + "\(simulator.failed.count) failed"
            )
        }
        lines += problems.isEmpty ? ["all holds"] : problems.map { "PROBLEM: \($0)" }
        return lines.joined(separator: "\n")
    }

    /// From the first round to the end, of a worker that lived through all of it; the peak otherwise.
    private static func growth(_ course: CourseFigures) -> [String] {
        guard let start = course.resourcesAtStart, let end = course.resourcesAtEnd else {
            let peak = course.resourcesPeak
            return [number(peak.megabytes), "\(peak.descriptors)", "\(peak.threads)"]
        }
        return [
            "\(number(start.megabytes))→\(number(end.megabytes))", "\(start.descriptors)→\(end.descriptors)",
            "\(start.threads)→\(end.threads)",
        ]
    }

    /// Nothing where nobody has counted.
    private static func count(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }

    static func number(_ value: Double) -> String { String(format: "%.2f", value) }

    static func time(_ value: Double, _ times: Times) -> String {
        times.count > 0 ? number(value) : ""
    }

    static func columns(_ rows: [[String]]) -> String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + gap : gap + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
