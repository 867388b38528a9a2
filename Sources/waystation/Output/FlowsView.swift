import Orders
import Store

/// What flows of messages did, summed up.
struct FlowsView {
    /// Of one flow, in one minute or in all of them.
    struct Figures {
        var ok = 0
        var failed = 0
        var durations = DurationHistogram()

        mutating func add(_ row: FlowMinute) {
            if row.code == nil { ok += row.messages } else { failed += row.messages }
            durations.add(row.durations)
        }

        static let headings = ["OK", "FAILED", "MIN ms", "AVG ms", "MAX ms", "P50 ms", "P90 ms", "P95 ms"]

        /// Durations of which nothing is known are left out.
        var cells: [String] {
            ["\(ok)", "\(failed)"] + times.map { $0.microseconds.map(Self.milliseconds) ?? "-" }
        }

        var json: [String: JSONValue] {
            var fields: [String: JSONValue] = [
                "ok": JSONValue(ok), "failed": JSONValue(failed), "timed": JSONValue(durations.count),
            ]
            for (name, microseconds) in times {
                fields["\(name)Microseconds"] = microseconds.map { JSONValue($0) } ?? .null
            }
            return fields
        }

        private var times: [(name: String, microseconds: Int64?)] {
            let isKnown = durations.count > 0
            return [
                ("min", isKnown ? durations.leastMicroseconds : nil),
                ("average", durations.averageMicroseconds),
                ("max", isKnown ? durations.mostMicroseconds : nil),
                ("p50", durations.percentile(50)), ("p90", durations.percentile(90)),
                ("p95", durations.percentile(95)),
            ]
        }

        private static func milliseconds(_ microseconds: Int64) -> String {
            let tenths = (microseconds + 50) / 100
            return "\(tenths / 10).\(tenths % 10)"
        }
    }

    private struct Flow: Hashable {
        var role: String
        var kind: Int
        var minute: Timestamp?
    }

    private struct Failing: Hashable {
        var role: String
        var kind: Int
        var code: FailureCode
    }

    var rows: [FlowMinute]

    private func figures(byMinute: Bool) -> [(flow: Flow, figures: Figures)] {
        var sums: [Flow: Figures] = [:]
        for row in rows {
            let flow = Flow(
                role: row.role.rawValue,
                kind: Self.place(of: row.kind),
                minute: byMinute ? row.minute : nil
            )
            sums[flow, default: Figures()].add(row)
        }
        return sums.map { ($0.key, $0.value) }.sorted { left, right in
            if let first = left.flow.minute, let second = right.flow.minute, first != second {
                return first < second
            }
            return (left.flow.role, left.flow.kind) < (right.flow.role, right.flow.kind)
        }
    }

    private var failures: [(failing: Failing, count: Int)] {
        var counts: [Failing: Int] = [:]
        for row in rows {
            guard let code = row.code else { continue }
            let failing = Failing(role: row.role.rawValue, kind: Self.place(of: row.kind), code: code)
            counts[failing, default: 0] += row.messages
        }
        return counts.map { ($0.key, $0.value) }.sorted { left, right in
            (left.failing.role, left.failing.kind, left.failing.code.rawValue)
                < (right.failing.role, right.failing.kind, right.failing.code.rawValue)
        }
    }

    /// In the order in which kinds are declared.
    private static func place(of kind: FlowKind) -> Int { FlowKind.allCases.firstIndex(of: kind) ?? 0 }
    private static func name(_ place: Int) -> String { FlowKind.allCases[place].rawValue }

    // MARK: For people

    func table() -> TextTable {
        var table = TextTable(["ROLE", "KIND"] + Figures.headings, numeric: Set(2...9))
        for (flow, figures) in figures(byMinute: false) {
            table.add([flow.role, Self.name(flow.kind)] + figures.cells)
        }
        return table
    }

    func tableByMinute() -> TextTable {
        var table = TextTable(["MINUTE", "ROLE", "KIND"] + Figures.headings, numeric: Set(3...10))
        for (flow, figures) in figures(byMinute: true) {
            table.add([flow.minute?.text ?? "", flow.role, Self.name(flow.kind)] + figures.cells)
        }
        return table
    }

    func tableOfFailures() -> TextTable {
        var table = TextTable(["ROLE", "KIND", "CODE", "MESSAGES"], numeric: [3])
        for (failing, count) in failures {
            table.add([failing.role, Self.name(failing.kind), failing.code.rawValue, "\(count)"])
        }
        return table
    }

    // MARK: As JSON

    func json() -> JSONValue { .array(figures(byMinute: false).map(Self.json)) }
    func jsonByMinute() -> JSONValue { .array(figures(byMinute: true).map(Self.json)) }

    private static func json(_ flow: Flow, _ figures: Figures) -> JSONValue {
        var fields = figures.json
        fields["role"] = .text(flow.role)
        fields["kind"] = .text(name(flow.kind))
        if let minute = flow.minute { fields["minute"] = JSONValue(minute) }
        return .object(fields)
    }

    func jsonOfFailures() -> JSONValue {
        .array(
            failures.map { failing, count in
                [
                    "role": .text(failing.role), "kind": .text(Self.name(failing.kind)),
                    "code": JSONValue(failing.code), "messages": JSONValue(count),
                ]
            }
        )
    }
}
