import Foundation
import TestSupport

/// Builds the peers; one that cannot be built here is named with the reason, and the rest goes on.
struct PeerShop {
    /// A peer that is not measured.
    struct LeftOut: Codable, Sendable {
        var name: String
        var reason: String
    }

    static let sources = BuiltProducts.packageFolder.appendingPathComponent("Benchmarks/peers")

    /// Where they are built into.
    let folder: URL

    /// Those of `peers` that are ready, and why the others are not.
    func build(_ peers: [Peer]) async throws -> (ready: [Peer], leftOut: [LeftOut]) {
        try await make("feed")
        var ready: [Peer] = []
        var leftOut: [LeftOut] = []
        for peer in peers {
            do {
                try await make(peer.target)
                ready.append(peer)
            } catch {
                leftOut.append(LeftOut(name: peer.name, reason: Self.lastLine(of: "\(error)")))
            }
        }
        return (ready, leftOut)
    }

    private func make(_ target: String) async throws {
        try await Self.finish(
            ["/usr/bin/make", "--no-print-directory", target, "OUT=\(folder.path)"],
            folder: Self.sources
        )
    }

    /// Runs a program to its end; it must succeed.
    static func finish(_ words: [String], folder: URL, seconds: Double = 300) async throws {
        let process = try ChildProcess(
            URL(fileURLWithPath: words[0]),
            Array(words.dropFirst()),
            folder: folder
        )
        let finished = try await process.finished(within: seconds)
        guard finished.exit == .code(0) else {
            throw BenchProblem("\(words.joined(separator: " ")): \(finished.errors.suffix(2_000))")
        }
    }

    private static func lastLine(of text: String) -> String {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("make") }
        return String((lines.last ?? "it cannot be built").prefix(200))
    }
}
