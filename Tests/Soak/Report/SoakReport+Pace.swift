extension SoakReport {
    /// How orders went before, during and after the faults, by course and in all; nil without any.
    var paceText: String? {
        guard let all = totals.paces else { return nil }
        var rows = [["orders a second"], ["fault"]]
        for part in ["before", "during", "after"] {
            rows[0] += [part, "", ""]
            rows[1] += ["/s", "p50 s", "p99 s"]
        }
        rows[0] += ["after/before", "caught up s", "90 % again", "", "", ""]
        rows[1] += ["", "", "timed", "p50 s", "p99 s", "max s"]
        for course in courses {
            guard let paces = course.paces else { continue }
            rows.append(
                [course.fault.rawValue] + Self.cells(paces) + [
                    course.caughtUpSeconds.map(Self.number) ?? "not seen"
                ] + Self.cells(Times(course.paceRecoverySeconds))
            )
        }
        let times = totals.caughtUpSeconds
        let caughtUp = "p50 \(Self.number(times.p50)), max \(Self.number(times.max))"
        rows.append(
            ["all"] + Self.cells(all) + [times.count > 0 ? caughtUp : "not seen"]
                + Self.cells(totals.paceRecoverySeconds)
        )
        let judgment =
            isQuick || Gate.isJudged(all)
            ? ""
            : "\nnot judged by pace in all: \(all.before.completed) orders before the faults, \(Gate.paceOrdersMin) at least"
        return Self.columns(rows) + judgment
    }

    private static func cells(_ times: Times) -> [String] {
        ["\(times.count)"] + [times.p50, times.p99, times.max].map { time($0, times) }
    }

    private static func cells(_ paces: Paces) -> [String] {
        [paces.before, paces.during, paces.after].flatMap { pace in
            [number(pace.perSecond)] + [pace.latency.p50, pace.latency.p99].map { time($0, pace.latency) }
        } + [paces.share.map(number) ?? ""]
    }

    /// What no loss in so many crashes says about the next one, in words; nil when it says nothing.
    var confidenceText: String? {
        totals.lossChanceMax.map { chance in
            "no loss in \(totals.crashes) crashes: with a confidence of 95 % one crash loses something with a chance of at "
                + "most \(Self.number(chance * 100)) %"
        }
    }
}
