import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Large messages") struct LargeMessageTests {
        private static let count = 200

        /// The most memory a worker had while it took a backlog of orders of a megabyte each, in MiB.
        private static func peakMegabytes(inHandMegabytes: Int) async throws -> Int {
            let site = try StationSite(
                try .shared(),
                "large-messages",
                changes: [("inHandMegabytes: 8 ", "inHandMegabytes: \(inHandMegabytes) ")]
            )
            try await site.applyTopology()
            for example in ["mobile.xml", "urgent.xml"] {
                let text = try String(contentsOf: BuiltProducts.order(example), encoding: .utf8)
                let comment = "<!--\(String(repeating: "x", count: 1 << 20))-->"
                let file = site.folder.appendingPathComponent(example)
                try (text + comment).write(to: file, atomically: true, encoding: .utf8)
                try await site.output(
                    "submit",
                    file.path,
                    "--generate",
                    "\(count / 2)",
                    "--timeout-seconds",
                    "60"
                )
            }
            let worker = try await site.startWorker()
            try await eventually("all orders to be taken", every: 0.25) {
                try await site.statistics().hops >= count
            }
            let status = try String(contentsOfFile: "/proc/\(worker.identifier)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            let kilobytes = try #require(
                line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
            )
            try await site.expectVerified()
            try await stop(worker)
            return kilobytes / 1_024
        }

        @Test("A backlog of large messages stays with the broker: what is in hand is bounded in bytes")
        func backlog() async throws {
            let bounded = try await Self.peakMegabytes(inHandMegabytes: 8)
            let unbounded = try await Self.peakMegabytes(inHandMegabytes: 1_000)
            #expect(Sanitizer.isOn || bounded < 150, "\(bounded) MiB, and \(unbounded) MiB without a bound")
            #expect(unbounded > Self.count, "such a backlog shows nothing")
        }
    }
}
