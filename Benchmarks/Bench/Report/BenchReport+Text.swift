extension BenchReport {
    /// The report as it is read on a terminal.
    var text: String {
        [
            speeds, ratioText, costs, latencies, leftOutText,
            "load of the machine: \(Table.number(machine.loadAtStart, digits: 1)) at the start, "
                + "\(Table.number(machine.loadAtEnd, digits: 1)) at the end; \(machine.cores) cores; commit \(commit)",
        ].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static let titles = [
        "pump": "bare pump (C)", "floor": "durable worker (C)", "go": "Go, batches of 256",
        "faststream": "FastStream", Peer.pumpOfFlow: "pump of the flow's messages (3)",
        "waystation": "Waystation, full flow (1)", "waystation-in-turns": "Waystation, in turns (2)",
    ]

    private var fullFlow: RunFigures? { runs.first { $0.name == "waystation" } }

    private var speeds: String {
        var table = Table([
            "", "hops/s", "orders/s", "CPU us/hop: worker", "broker", "surroundings", "peak MB",
            "of each repetition",
        ])
        for run in runs {
            table.add([
                Self.titles[run.name] ?? run.name, Table.number(run.hopsPerSecond),
                Table.number(run.ordersPerSecond),
                Table.number(run.cpuMicrosecondsPerHop), Table.number(run.brokerCPUMicrosecondsPerHop),
                Table.number(run.surroundingsCPUMicrosecondsPerHop), Table.number(run.peakMegabytes),
                (run.repetitions ?? []).map { Table.number($0) }.joined(separator: " "),
            ])
        }
        return """
            \(table.text)
            (1) All at once: order capture, systems and the receiver upstream ("surroundings") work on the same cores, and the
                broker handles \(Table.number(fullFlow?.brokerMessagesPerHop, digits: 2)) messages a hop where it handles one for a peer.
            (2) As with the peers, whose queues are filled before and never emptied: the clock runs while the station works on
                full queues; what it publishes is answered while the clock stands.
            (3) The bare pump with as many messages a hop as the full flow has, as large as those are on average: what broker and pump alone cost.
            """
    }

    private var ratioText: String {
        var table = Table(["Waystation over", "full flow (1)", "aim", "", "in turns (2)"])
        for (name, goal) in Goals.ratios + [(Peer.pumpOfFlow, nil)] {
            guard let ratio = ratios[name] else { continue }
            table.add([
                Self.titles[name] ?? name, Table.number(ratio, digits: 2), Table.number(goal, digits: 1),
                goal.map { ratio < $0 ? "missed" : "reached" } ?? "",
                Table.number(ratiosInTurns[name], digits: 2),
            ])
        }
        return table.text
    }

    private var costs: String {
        var lines: [String] = []
        for run in runs {
            guard let threads = run.cpuMicrosecondsPerHopByThread else { continue }
            let parts = threads.sorted { $0.value > $1.value }.map {
                "\($0.key) \(Table.number($0.value, digits: 1))"
            }
            lines.append("\(run.name), CPU us a hop by thread: \(parts.joined(separator: ", "))")
        }
        if !stageMicrosecondsPerHop.isEmpty {
            let parts = StageCosts.names.compactMap { name in
                stageMicrosecondsPerHop[name].map { "\(name) \(Table.number($0, digits: 1))" }
            }
            lines.append(
                "stages by themselves on fixed inputs, CPU us a hop: \(parts.joined(separator: ", "))"
            )
        }
        return lines.joined(separator: "\n")
    }

    private var latencies: String {
        var lines: [String] = []
        if let latency = latencyAtHalfLoad {
            var table = Table([
                "at \(Table.number(latency.ordersPerSecond)) orders/s, ms", "p50", "p99", "max",
            ])
            table.add(Self.row("order to first request of COM", latency.toFirstRequest))
            table.add(Self.row("order to first request of SOM", latency.toFirstRequestOfSecondRole))
            table.add(Self.row("order to COMPLETE upstream", latency.toCompletion))
            lines.append(table.text)
        }
        if let lone = loneMessage {
            var table = Table(["alone on an idle station, ms", "p50", "p99", "max"])
            table.add(Self.row("order to provisioning order", lone.toFirstProvisioningOrder))
            table.add(Self.row("sync of the disk", lone.sync))
            lines.append(table.text)
            lines.append(
                "limit for p50: three syncs and 5 ms = \(Table.number(lone.limitMilliseconds, digits: 1)) ms"
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func row(_ title: String, _ values: Quantiles) -> [String] {
        [title] + [values.p50, values.p99, values.max].map { Table.number($0, digits: 1) }
    }

    private var leftOutText: String {
        leftOut.map { "left out: \($0.name), since it cannot be built here: \($0.reason)" }.joined(
            separator: "\n"
        )
    }
}

/// What the station is to reach, of peers whose messages are 4 KB and one a hop.
enum Goals {
    /// In the order of the table.
    static let ratios: [(String, Double?)] = [
        ("pump", 0.5), ("floor", 1.0), ("go", 2.5), ("faststream", 10.0),
    ]
}
