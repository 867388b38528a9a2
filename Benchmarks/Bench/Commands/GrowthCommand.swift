import ArgumentParser
import Foundation
import TestSupport
import Workload

/// `bench growth`: many orders in the store, many messages in the queue, many lines in an order.
struct GrowthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth",
        abstract: "Measures the station on a full store, on a long queue, and with long orders."
    )

    @OptionGroup var places: Places

    @Option(name: .long, help: "Closed orders in the full store.")
    var closed = 1_000_000

    @Option(name: .long, help: "Open orders in the full store.")
    var open = 100_000

    @Option(name: .long, help: "Orders of a run of the full flow.")
    var orders = 600

    @Option(name: .long, help: "Messages that wait.")
    var backlog = 50_000

    @Option(name: .long, help: "How often the full and the empty store run in turn, and the backlog.")
    var repetitions = 3

    @Flag(name: .long, help: "A hundredth of everything, once: shows that all works, and judges nothing.")
    var quick = false

    mutating func run() async throws {
        if quick {
            closed /= 100
            open /= 100
            backlog /= 100
            orders /= 20
            repetitions = 1
        }
        try await measure()
    }

    private func measure() async throws {
        Progress.tell("starting a broker")
        let site = try BenchSite(folder: places.dataFolder)
        // The queues must be there before anything is sent.
        try await StationUnderTest(site: site, store: "topology").stop()
        let full = FullStore(site: site, name: "full", closed: closed, open: open)
        try site.removeStore("full")
        Progress.tell("filling a store")
        let update = try full.fill()
        let megabytes = full.megabytes
        Progress.tell("start to first hop")
        let seconds = try await full.secondsToFirstHop(update)
        let rates = try await rates(site)
        try site.removeStore("full")
        let lines = try await lines(site)
        // The last, since what it leads to stays in the queues.
        let waiting = try await Backlog(site: site, messages: backlog).run(repetitions: repetitions)
        let report = GrowthReport(
            closedOrders: closed,
            openOrders: open,
            storeMegabytes: megabytes,
            rates: rates,
            fullOverEmpty: rates[1].hopsPerSecond / rates[0].hopsPerSecond,
            secondsToFirstHop: seconds,
            backlog: waiting,
            lines: lines
        )
        try ResultFile.write(report, to: places.result("bench-growth.json"))
        print("\n\(report.text)\n\nwritten to \(places.result("bench-growth.json").path)")
        guard quick || report.problems.isEmpty else {
            throw BenchProblem(report.problems.joined(separator: "; "))
        }
    }

    /// The empty and the full store in turn; the run in the middle of each.
    private func rates(_ site: BenchSite) async throws -> [GrowthReport.Rate] {
        var runs: [String: [RunFigures]] = [:]
        for repetition in 1...max(1, repetitions) {
            for name in ["empty", "full"] {
                Progress.tell("\(name) store, run \(repetition)")
                // Each run sends orders of its own.
                let flow = FullFlow(site: site, name: name, firstOrder: repetition * 1_000_000)
                runs[name, default: []].append(try await flow.inTurns(orders: orders))
            }
            try site.removeStore("empty")
        }
        return ["empty", "full"].compactMap { name in
            RunFigures.median(runs[name] ?? []).map { figures in
                GrowthReport.Rate(
                    what: "\(name) store",
                    hopsPerSecond: figures.hopsPerSecond,
                    cpuMicrosecondsPerHop: figures.cpuMicrosecondsPerHop,
                    peakMegabytes: figures.peakMegabytes
                )
            }
        }
    }

    /// Shapes, lines, and how many orders of them.
    ///
    /// With the shipped catalogs everything waits for everything of an earlier step, so that many bundles show what many
    /// waits cost.
    private static let longOrders: [(LongOrder.Shape, Int, Int)] = [
        (.oneBundle, 3, 200), (.oneBundle, 31, 60), (.oneBundle, 301, 10), (.oneBundle, 1_001, 5),
        (.manyBundles, 30, 40), (.manyBundles, 300, 6), (.manyBundles, 1_000, 2),
    ]

    /// What a line costs in orders of different lengths.
    private func lines(_ site: BenchSite) async throws -> [GrowthReport.Lines] {
        var rows: [GrowthReport.Lines] = []
        for (shape, lines, count) in Self.longOrders where !quick || lines < 100 {
            Progress.tell("orders of \(lines) lines, \(shape.rawValue)")
            let file = site.folder.appendingPathComponent("lines-\(lines)-\(shape.rawValue).xml")
            try LongOrder.write(site.files.example("broadband-rio.xml"), lines: lines, shape: shape, to: file)
            let figures = try await FullFlow(site: site, name: "lines")
                .inTurns(orders: count, stream: try site.files.orders([file]))
            try site.removeStore("lines")
            let microseconds = figures.cpuMicrosecondsPerHop * Double(figures.hops)
            rows.append(
                GrowthReport.Lines(
                    shape: shape.rawValue,
                    lines: lines,
                    orders: count,
                    hops: figures.hops,
                    cpuMicrosecondsPerLine: microseconds / Double(lines * count),
                    cpuMicrosecondsPerHop: figures.cpuMicrosecondsPerHop
                )
            )
        }
        return rows
    }
}
