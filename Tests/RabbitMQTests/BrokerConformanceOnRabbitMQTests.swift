import RabbitMQ
import TestSupport
import Testing

/// One after the other, on a node of their own: some cases break all connections to it.
@Suite(
    "RabbitMQ: conformance",
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .serialized,
    .timeLimit(Patience.minutes(10))
)
struct BrokerConformanceOnRabbitMQTests {
    private static let server = Result { try RabbitMQServer() }

    private static var capabilities: BrokerConformance.Capabilities {
        var capabilities = BrokerConformance.Capabilities()
        capabilities.missingExchange = .losesConnection
        capabilities.keepsHeaderOrder = false
        capabilities.knowsBindings = false
        return capabilities
    }

    @Test("RabbitMQ does what the port says", arguments: BrokerConformance.cases)
    func conformance(_ conformanceCase: BrokerConformance.Case) async throws {
        let server = try Self.server.get()
        try await conformanceCase.run(
            BrokerConformance(
                broker: try server.broker(),
                capabilities: Self.capabilities,
                uniqueName: { server.uniqueName($0) },
                breakConnections: { try server.control("close_all_connections", "conformance") }
            )
        )
    }
}
