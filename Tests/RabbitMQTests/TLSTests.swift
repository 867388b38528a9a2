import Broker
import Foundation
import RabbitMQ
import TestSupport
import Testing

@Suite(
    "RabbitMQ: TLS",
    .serialized,
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(Patience.minutes(5))
)
struct TLSTests {
    private struct Surroundings: Sendable {
        let certificates: TestCertificates
        /// Demands a certificate of its clients.
        let server: RabbitMQServer

        init() throws {
            certificates = try TestCertificates()
            server = try RabbitMQServer(tls: certificates)
        }
    }

    private static let surroundings = Result { try Surroundings() }
    let certificates: TestCertificates
    let server: RabbitMQServer

    init() throws {
        let surroundings = try Self.surroundings.get()
        certificates = surroundings.certificates
        server = surroundings.server
    }

    private func options(authority: String? = "authority.pem", client: Bool = true) -> TLSOptions {
        TLSOptions(
            caFile: authority.map(certificates.path),
            certificateFile: client ? certificates.path("client.pem") : nil,
            keyFile: client ? certificates.path("client.key") : nil
        )
    }

    private func broker(_ options: TLSOptions, url: String? = nil) throws -> RabbitMQBroker {
        var address = try RabbitMQAddress(url: url ?? server.tlsURL, tls: options)
        address.connectTimeoutSeconds = 5
        return try RabbitMQBroker(address: address, jitterSeed: 1)
    }

    private func refusal(_ options: TLSOptions, url: String? = nil) throws -> BrokerError? {
        let broker = try broker(options, url: url)
        return #expect(throws: BrokerError.self) { try broker.plan(Topology()) }
    }

    @Test("With the right certificates, messages travel; large ones too")
    func works() async throws {
        let broker = try broker(options())
        let queue = server.uniqueName("secure")
        try broker.apply(Topology(queues: [.init(name: queue)]))
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications(300, to: queue, bytes: 20_000))
        publisher.link.publish(publications(1, to: queue, first: 301, bytes: 300_001))
        try await publisher.confirmed(301)
        let consumer = TestConsumer(broker, [queue], prefetch: 301)
        let deliveries = try await consumer.deliveries(301)
        #expect(deliveries.dropLast().allSatisfy { $0.message.body.count == 20_000 })
        #expect(deliveries.last?.message.body.count == 300_001)
        consumer.link.acknowledge(deliveries.map(\.tag))
        try await consumer.close()
        #expect(try await publisher.close() == nil)
        #expect(try server.depth(queue) == 0)
    }

    @Test("A numeric host is checked against the addresses in the certificate")
    func numericHost() throws {
        let port = try #require(server.tlsPort)
        #expect(try broker(options(), url: "amqps://guest:guest@127.0.0.1:\(port)").plan(Topology()).isEmpty)
    }

    @Test("An encrypted key is opened with its password, and not without or with another")
    func lockedKey() throws {
        var options = options()
        options.keyFile = certificates.path("client-locked.key")
        options.keyPassword = .text(TestCertificates.keyPassword)
        #expect(try broker(options).plan(Topology()).isEmpty)
        for password in [nil, PasswordSource.text("wr0ng-s3cret")] {
            options.keyPassword = password
            let error = try refusal(options)
            #expect(error?.code == .tls)
            #expect(error.map { "\($0)".contains("wr0ng-s3cret") } == false)
        }
    }

    @Test("An authority we do not trust is refused, as are the system's")
    func wrongAuthority() throws {
        for authority in ["stranger.pem", nil] {
            let error = try refusal(options(authority: authority))
            #expect(error?.code == .tls)
            #expect(error?.message.contains("certificate") == true)
        }
    }

    @Test("Another name than the certificate's is refused, and the right one can be given")
    func wrongName() throws {
        var options = options()
        options.serverName = "broker.example"
        let error = try refusal(options)
        #expect(error?.code == .tls)
        #expect(error?.message.lowercased().contains("hostname mismatch") == true)
        #expect(error?.message.contains("broker.example") == true)
        options.serverName = "localhost"
        let port = try #require(server.tlsPort)
        #expect(try broker(options, url: "amqps://guest:guest@127.0.0.1:\(port)").plan(Topology()).isEmpty)
    }

    @Test("Without a certificate of ours, a broker that demands one refuses us")
    func missingClientCertificate() throws {
        #expect(try refusal(options(client: false))?.code == .tls)
    }

    @Test("An expired certificate is refused and called expired")
    func expired() throws {
        let (port, server) = try certificates.serve("expired")
        defer { server.signal(SIGKILL) }
        let error = try refusal(options(), url: "amqps://localhost:\(port)")
        #expect(error?.code == .tls)
        #expect(error?.message.contains("expired") == true)
    }

    @Test("A RabbitMQ whose certificate has expired is refused, and reached where nobody checks")
    func expiredBroker() throws {
        let expired = try RabbitMQServer(tls: certificates, certificate: "expired")
        let error = try refusal(options(), url: expired.tlsURL)
        #expect(error?.code == .tls)
        #expect(error?.message.contains("expired") == true, "\(error?.message ?? "")")
        var unchecked = options()
        unchecked.insecure = true
        #expect(try broker(unchecked, url: expired.tlsURL).plan(Topology()).isEmpty)
    }

    @Test("A RabbitMQ with the certificate of another host is refused, and taken when that name is expected")
    func certificateOfAnotherHost() throws {
        let elsewhere = try RabbitMQServer(tls: certificates, certificate: "elsewhere")
        let error = try refusal(options(), url: elsewhere.tlsURL)
        #expect(error?.code == .tls)
        #expect(error?.message.lowercased().contains("hostname mismatch") == true, "\(error?.message ?? "")")
        var expecting = options()
        expecting.serverName = "elsewhere.example"
        #expect(try broker(expecting, url: elsewhere.tlsURL).plan(Topology()).isEmpty)
    }

    @Test("A certificate on the authority's revocation list is refused, others are taken")
    func revoked() throws {
        let (port, server) = try certificates.serve("revoked")
        defer { server.signal(SIGKILL) }
        let url = "amqps://localhost:\(port)"
        // Without the list nobody knows.
        let unlisted = try refusal(options(), url: url)
        #expect(unlisted?.message.contains("revoked") == false)
        var options = options()
        options.revocationFile = certificates.path("authority.crl")
        let error = try refusal(options, url: url)
        #expect(error?.code == .tls)
        #expect(error?.message.contains("certificate revoked") == true, "\(error?.message ?? "")")
        #expect(try broker(options).plan(Topology()).isEmpty)
    }

    @Test("What is no revocation list is refused and named, and a list makes nobody an authority")
    func revocationFiles() throws {
        var options = options()
        for name in ["no-such.crl", "stranger.pem"] {
            options.revocationFile = certificates.path(name)
            let error = try refusal(options)
            #expect(error?.code == .tls)
            #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
        }
        options.caFile = nil
        options.revocationFile = certificates.path("authority.crl")
        #expect(try refusal(options)?.code == .tls)
    }

    @Test("Insecure means: encrypted, but to anybody")
    func insecure() throws {
        var options = options(authority: "stranger.pem")
        options.insecure = true
        options.serverName = "broker.example"
        #expect(try broker(options).plan(Topology()).isEmpty)
    }

    @Test("Missing or unreadable files are named")
    func files() throws {
        var options = options(authority: "no-such.pem")
        #expect(try refusal(options)?.message.contains("no-such.pem") == true)
        options = self.options()
        options.keyFile = certificates.path("server.key")
        #expect(try refusal(options)?.message.contains("mismatch") == true)
        options.keyFile = nil
        #expect(try refusal(options)?.code == .configuration)
    }

    @Test("TLS to a plain port and plain to a TLS port are told apart from a missing broker")
    func crossed() throws {
        #expect(try refusal(options(), url: "amqps://guest:guest@localhost:\(server.port)")?.code == .tls)
        let port = try #require(server.tlsPort)
        let plain = try refusal(options(), url: "amqp://guest:guest@localhost:\(port)")
        #expect(plain?.remedy.contains("TLS") == true)
    }
}
