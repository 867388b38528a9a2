import Foundation
import TestSupport

/// A program that does the same hop in another way.
struct Peer: Sendable {
    var name: String
    /// Its target in `Benchmarks/peers/Makefile`.
    var target: String
    /// Hops of a short run.
    var hops: Int
    private var command: @Sendable (_ built: URL, _ broker: String, _ hops: Int) -> [String]
    /// Whether its queue is to be filled for it.
    private var isFed: Bool
    /// Messages that count as one hop.
    private var messagesPerHop = 1.0

    private static let queueType = "quorum"
    static let batch = 256

    /// The pump with messages as large as those of a full flow, and as many of them a hop.
    ///
    /// What the same messages cost where nobody thinks and nothing is kept.
    static func pump(ofMessagesOf flow: RunFigures, share: Double) -> Peer? {
        guard let bytes = flow.bytesPerMessage, let messages = flow.brokerMessagesPerHop else { return nil }
        var pump = pump(hops: Int(12_000 * share), bytes: Int(bytes))
        pump.name = pumpOfFlow
        pump.messagesPerHop = messages
        return pump
    }

    static let pumpOfFlow = "pump-of-flow"

    private static func pump(hops: Int, bytes: Int) -> Peer {
        Peer(
            name: "pump",
            target: "pump",
            hops: max(batch, hops),
            command: { ["\($0.path)/pump", $1, "\($2)", "\(batch)", queueType, "\(bytes)"] },
            isFed: false
        )
    }

    /// The peers in the order in which they run; `share` shortens the runs.
    static func all(share: Double) -> [Peer] {
        func hops(_ count: Int) -> Int { max(256, Int(Double(count) * share)) }
        return [
            pump(hops: hops(20_000), bytes: 4_000),
            Peer(
                name: "floor",
                target: "floor",
                hops: hops(16_000),
                command: { ["\($0.path)/floor", $1, "\($2)", "\(batch)", queueType] },
                isFed: false
            ),
            Peer(
                name: "go",
                target: "go",
                hops: hops(8_000),
                command: { ["\($0.path)/worker-go", $1, "\($2)", "go.in", "\(batch)"] },
                isFed: true
            ),
            Peer(
                name: "faststream",
                target: "faststream",
                hops: hops(1_500),
                command: {
                    [
                        "\($0.path)/venv/bin/python", "\(PeerShop.sources.path)/faststream_worker.py", $1,
                        "\($2)", "faststream.in", queueType,
                    ]
                },
                isFed: true
            ),
        ]
    }

    /// One run: the clock and the processor times begin when its queue is full.
    func run(site: BenchSite, built: URL) async throws -> RunFigures {
        let broker = site.server.url
        if isFed {
            let queue = "\(name).in"
            try await PeerShop.finish(
                ["\(built.path)/feed", broker, "\(hops)", queue, Self.queueType],
                folder: site.folder
            )
        }
        var words = command(built, broker, hops)
        let executable = URL(fileURLWithPath: words.removeFirst())
        let process = try ChildProcess(executable, words, folder: site.folder)
        try await eventually("\(name) to start; it said \(process.errors)", seconds: 120, every: 0.001) {
            process.output.contains("started\n") || !process.isRunning
        }
        let before = try site.brokerTime()
        try await eventually("\(name) to end; it said \(process.errors)", seconds: 300, every: 0.002) {
            process.output.contains("ended ") || !process.isRunning
        }
        let used = try site.brokerTime() - before
        let perHop = messagesPerHop
        guard try await process.exit(within: 30) == .code(0), let told = Self.told(process.output) else {
            throw BenchProblem("\(name) failed: \(process.errors.suffix(500))")
        }
        return RunFigures(
            name: name,
            hops: Int(Double(hops) / perHop),
            hopsPerSecond: (told["hopsPerSecond"] ?? 0) / perHop,
            cpuMicrosecondsPerHop: (told["cpuMicrosecondsPerHop"] ?? 0) * perHop,
            brokerCPUMicrosecondsPerHop: used.microseconds(per: hops) * perHop,
            peakMegabytes: (told["peakKilobytes"] ?? 0) / 1_024
        )
    }

    /// The figures of its last line.
    private static func told(_ output: String) -> [String: Double]? {
        guard let line = output.split(separator: "\n").last(where: { $0.hasPrefix("ended ") }) else {
            return nil
        }
        var values: [String: Double] = [:]
        for word in line.split(separator: " ").dropFirst() {
            let parts = word.split(separator: "=")
            if parts.count == 2, let value = Double(parts[1]) { values[String(parts[0])] = value }
        }
        return values
    }
}
