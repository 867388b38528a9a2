import Foundation
import RabbitMQ
import TestSupport
import Testing

/// The built program, real processes, a real RabbitMQ, and clients that are not ours.
///
/// The tests run one after the other: each starts several processes of its own.
@Suite(
    "End to end",
    .serialized,
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(Patience.minutes(11))
)
struct EndToEnd {}

extension StationSite {
    /// Our own adapter on this site's virtual host, to read queues with.
    func broker() throws -> RabbitMQBroker {
        try RabbitMQBroker(address: try RabbitMQAddress(url: brokerURL), jitterSeed: 1)
    }

    /// Declares the shipped topology.
    func applyTopology() async throws { try await output("topology", "apply") }

    /// The snapshots, journals, outbox and inbox agree with each other.
    func expectVerified(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let verified = try await run("verify")
        #expect(
            verified.exit == .code(0),
            "\(verified.output)\(verified.errors)",
            sourceLocation: sourceLocation
        )
    }
}

/// Ends a worker as an operator would, and expects that it drains.
func stop(_ worker: ChildProcess, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    worker.signal(SIGTERM)
    let exit = try await worker.exit(within: 40)
    #expect(exit == .code(0), "\(worker.errors.suffix(1_000))", sourceLocation: sourceLocation)
}
