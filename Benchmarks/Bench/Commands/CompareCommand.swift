import ArgumentParser
import Foundation
import TestSupport

/// `bench compare`: the station beside its peers, in one go on one broker.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract:
            "Runs the peers and the station's full flow in turn, several times, and prints what they reach."
    )

    @OptionGroup var places: Places

    @Option(name: .long, help: "How often everything runs; the run in the middle counts.")
    var repetitions = 3

    @Option(name: .long, help: "Orders of a run of the full flow.")
    var orders = 800

    @Option(name: .long, help: "Orders open at a time when all works at once.")
    var inFlight = 300

    @Option(name: .long, help: "Seconds of the steady rate.")
    var latencySeconds = 10.0

    @Flag(name: .long, help: "Short runs, once: shows that all works, not how fast it is.")
    var quick = false

    @Flag(name: .long, inversion: .prefixedNo, help: "Run the peers, too.")
    var peers = true

    private static let quickShare = 0.05

    func run() async throws {
        let begun = Machine.nanoseconds()
        let load = Machine.load
        let shop = PeerShop(folder: places.peersFolder)
        Progress.tell("building the peers")
        let wanted = peers ? Peer.all(share: quick ? Self.quickShare : 1) : []
        let (ready, leftOut) = try await shop.build(wanted)
        Progress.tell("starting a broker")
        let site = try BenchSite(folder: places.dataFolder)
        var runs: [String: [RunFigures]] = [:]
        for repetition in 1...(quick ? 1 : repetitions) {
            for figures in try await round(repetition, site: site, shop: shop, peers: ready) {
                runs[figures.name, default: []].append(figures)
                Progress.tell("\(figures.name): \(Int(figures.hopsPerSecond)) hops/s")
            }
        }
        let names = ready.map(\.name) + [Peer.pumpOfFlow, "waystation", "waystation-in-turns"]
        let medians = names.compactMap { RunFigures.median(runs[$0] ?? []) }
        let flow = LatencyFlow(site: site)
        let fullRate = medians.first { $0.name == "waystation" }?.ordersPerSecond ?? 0
        Progress.tell("latency at half load")
        let latency = try await flow.atRate(fullRate / 2, seconds: quick ? 1 : latencySeconds)
        Progress.tell("latency of an order alone")
        let lone = try await flow.alone(times: quick ? 10 : 100)
        let stages = try await StageCosts.microseconds(folder: site.folder, rounds: quick ? 1 : 10)
        let report = BenchReport(
            commit: SourceCommit.current(root: BuiltProducts.packageFolder.path),
            machine: .init(cores: Machine.cores, loadAtStart: load, loadAtEnd: Machine.load),
            isQuick: quick,
            runs: medians,
            ratios: BenchReport.ratios(of: "waystation", in: medians),
            ratiosInTurns: BenchReport.ratios(of: "waystation-in-turns", in: medians),
            leftOut: leftOut,
            latencyAtHalfLoad: latency,
            loneMessage: lone,
            stageMicrosecondsPerHop: stages
        )
        try ResultFile.write(report, to: places.result("bench.json"))
        print("\n\(report.text)\n\nwritten to \(places.result("bench.json").path), ", terminator: "")
        print("after \(Int(Machine.seconds(since: begun))) s")
        guard report.problems.isEmpty else {
            throw BenchProblem(report.problems.joined(separator: "; "))
        }
    }

    /// Each once, one after the other, so that what disturbs the machine disturbs all alike.
    private func round(
        _ repetition: Int,
        site: BenchSite,
        shop: PeerShop,
        peers: [Peer]
    ) async throws -> [RunFigures] {
        var figures: [RunFigures] = []
        for peer in peers { figures.append(try await peer.run(site: site, built: shop.folder)) }
        let count = quick ? 20 : orders
        let flow = FullFlow(site: site, name: "flow-\(repetition)")
        let live = try await flow.live(orders: count, inFlightMax: inFlight)
        figures.append(live)
        try site.removeStore(flow.name)
        if peers.contains(where: { $0.name == "pump" }),
            let pump = Peer.pump(ofMessagesOf: live, share: quick ? Self.quickShare : 1)
        {
            figures.append(try await pump.run(site: site, built: shop.folder))
        }
        let turns = FullFlow(site: site, name: "turns-\(repetition)")
        figures.append(try await turns.inTurns(orders: count))
        try site.removeStore(turns.name)
        return figures
    }
}

/// Where results and data go.
struct Places: ParsableArguments {
    @Option(name: .long, help: "Where results are written, and data is kept while it runs.")
    var folder = ".build"

    private var url: URL { URL(fileURLWithPath: folder) }
    var dataFolder: URL { url.appendingPathComponent("bench/data") }
    var peersFolder: URL { url.appendingPathComponent("bench/peers") }

    func result(_ name: String) -> URL { url.appendingPathComponent(name) }
}

/// Tells what is going on, on standard error.
enum Progress {
    static func tell(_ text: String) { FileHandle.standardError.write(Data("bench: \(text)\n".utf8)) }
}
