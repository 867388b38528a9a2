import Foundation

/// All that one `make bench` showed: what is written to `bench.json`.
struct BenchReport: Codable, Sendable {
    struct Surroundings: Codable, Sendable {
        var cores: Int
        /// Processes that wanted to run in the last minute, at the start and at the end.
        var loadAtStart: Double
        var loadAtEnd: Double
    }

    /// What was measured.
    var commit: String
    var machine: Surroundings
    /// Short runs: they show that all works, not how fast it is.
    var isQuick: Bool
    var runs: [RunFigures]
    /// Of everything at once: systems, order capture and who is told upstream have their share of the processors.
    var ratios: [String: Double]
    /// Of the station at work alone with its broker, as the peers are.
    var ratiosInTurns: [String: Double]
    var leftOut: [PeerShop.LeftOut]
    var latencyAtHalfLoad: LatencyFigures?
    var loneMessage: LoneFigures?
    /// Processor time of the stages by themselves, on fixed inputs.
    var stageMicrosecondsPerHop: [String: Double]

    /// As for a store with a million orders.
    private static let megabytesMost = 200.0

    /// Which limits were broken.
    ///
    /// The aims for ratios are told by the table; a short run shows nothing about limits.
    var problems: [String] {
        guard !isQuick else { return [] }
        var problems: [String] = []
        if let lone = loneMessage, lone.toFirstProvisioningOrder.p50 > lone.limitMilliseconds {
            problems.append("an order alone takes longer than three syncs and 5 ms")
        }
        for run in runs where run.name.hasPrefix("waystation") && run.peakMegabytes > Self.megabytesMost {
            problems.append("\(run.name) took \(Table.number(run.peakMegabytes)) MB of memory")
        }
        return problems
    }

    /// The station's speed over that of each peer.
    static func ratios(of name: String, in runs: [RunFigures]) -> [String: Double] {
        guard let own = runs.first(where: { $0.name == name }) else { return [:] }
        var ratios: [String: Double] = [:]
        for run in runs where !run.name.hasPrefix("waystation") && run.hopsPerSecond > 0 {
            ratios[run.name] = own.hopsPerSecond / run.hopsPerSecond
        }
        return ratios
    }
}

/// JSON files of results.
enum ResultFile {
    static func write(_ value: some Encodable, to file: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try (try encoder.encode(value) + Data("\n".utf8)).write(to: file)
    }
}
