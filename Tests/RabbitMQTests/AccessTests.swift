import Broker
import Foundation
import RabbitMQ
import TestSupport
import Testing

@Suite(
    "RabbitMQ: who may enter",
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(Patience.minutes(5))
)
struct AccessTests {
    let server: RabbitMQServer

    init() throws { server = try RabbitMQServer.shared() }

    private func address(_ credentials: String, _ path: String = "") throws -> RabbitMQAddress {
        try RabbitMQAddress(url: "amqp://\(credentials)@127.0.0.1:\(server.port)\(path)")
    }

    @Test("A wrong password is refused with a remedy, and the error does not hold it")
    func wrongPassword() async throws {
        let broker = try RabbitMQBroker(address: address("guest:wr0ng-s3cret"), jitterSeed: 1)
        let consumer = TestConsumer(broker, ["any"])
        let error = try await consumer.lost().error
        #expect(error.code == .accessRefused)
        #expect(!"\(error)".contains("wr0ng-s3cret"))
        #expect(!broker.summary.contains("guest"))
        let planned = #expect(throws: BrokerError.self) { try broker.plan(Topology()) }
        #expect(planned?.code == .accessRefused)
    }

    @Test("A virtual host that does not exist is named")
    func wrongVirtualHost() throws {
        let broker = try RabbitMQBroker(address: address("guest:guest", "/nowhere"), jitterSeed: 1)
        let error = #expect(throws: BrokerError.self) { try broker.plan(Topology()) }
        #expect(error?.code == .accessRefused)
        #expect(error?.message.contains("nowhere") == true)
    }

    /// A broker whose user has the password in a file of its own, for as long as `body` works with both.
    private func withPasswordFile(
        of user: String,
        _ body: (RabbitMQBroker, _ file: URL) async throws -> Void
    ) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "waystation-password-\(user)")
        // Only a temporary file: what cannot be removed is the machine's to clean.
        defer { try? FileManager.default.removeItem(at: file) }
        let address = try RabbitMQAddress(
            url: "amqp://\(user)@127.0.0.1:\(server.port)",
            passwordFile: file.path
        )
        try await body(try RabbitMQBroker(address: address, jitterSeed: 1), file)
    }

    @Test("A password file is read at each connect: a corrected one lets us in without a restart")
    func rotation() async throws {
        let user = server.uniqueName("rotated")
        try server.control("add_user", user, "first")
        try server.control("set_permissions", user, ".*", ".*", ".*")
        try await withPasswordFile(of: user) { broker, file in
            try "second\n".write(to: file, atomically: true, encoding: .utf8)
            let publisher = TestPublisher(broker)
            #expect(try await publisher.lost().code == .accessRefused)
            try "first\n".write(to: file, atomically: true, encoding: .utf8)
            try await publisher.connected()
        }
    }

    @Test("A password file with nothing in it is said to be empty, rather than the password to be wrong")
    func emptyPasswordFile() async throws {
        try await withPasswordFile(of: server.uniqueName("empty")) { broker, file in
            try "\n".write(to: file, atomically: true, encoding: .utf8)
            let error = #expect(throws: BrokerError.self) { try broker.plan(Topology()) }
            #expect(error?.message == "The password file \(file.path) cannot be read: it is empty")
        }
    }

    @Test("Operators see the connection's name")
    func connectionName() async throws {
        let publisher = TestPublisher(try server.broker())
        try await publisher.connected()
        #expect(try server.control("list_connections", "client_properties").contains("test publisher"))
    }

    @Test("A host that says nothing is given up after the connect timeout")
    func silentHost() async throws {
        let listener = try SilentListener()
        var address = try RabbitMQAddress(url: "amqp://127.0.0.1:\(listener.port)")
        address.connectTimeoutSeconds = 1
        let start = ContinuousClock.now
        let broker = try RabbitMQBroker(address: address, jitterSeed: 1)
        let error = #expect(throws: BrokerError.self) { try broker.plan(Topology()) }
        #expect(error?.code == .unreachable)
        #expect(error?.message == "Logging in failed: no answer in time (amqp://127.0.0.1:\(listener.port)/)")
        #expect(ContinuousClock.now - start < .seconds(4))
    }

    @Test(
        "A port where nobody listens: the system's own reason, with host and port",
        arguments: ["amqp", "amqps"]
    )
    func refused(scheme: String) throws {
        let port = try SilentListener().port
        let address = try RabbitMQAddress(url: "\(scheme)://guest:s3cret@127.0.0.1:\(port)")
        let broker = try RabbitMQBroker(address: address, jitterSeed: 1)
        let error = #expect(throws: BrokerError.self) { try broker.plan(Topology()) }
        #expect(error?.code == .unreachable)
        #expect(error?.message == "Connecting failed: connection refused (\(scheme)://127.0.0.1:\(port)/)")
    }

    @Test("A peer that resets the connection")
    func reset() async throws {
        let listener = try SilentListener()
        listener.resetNext()
        let address = try RabbitMQAddress(url: "amqp://127.0.0.1:\(listener.port)")
        let broker = try RabbitMQBroker(address: address, jitterSeed: 1)
        let error = #expect(throws: BrokerError.self) { try broker.plan(Topology()) }
        #expect(error?.code == .unreachable)
        #expect(
            error?.message
                == "Logging in failed: connection reset by peer (amqp://127.0.0.1:\(listener.port)/)"
        )
    }

    @Test("A queue that is missing is named with its broker, and what to do")
    func missingQueue() async throws {
        let queue = server.uniqueName("nowhere")
        let consumer = TestConsumer(try server.broker(), [queue])
        let error = try await consumer.lost().error
        #expect(error.code == .notFound)
        #expect(error.message == "queue \(queue) does not exist on amqp://127.0.0.1:\(server.port)/")
        #expect(error.remedy.contains("waystation topology apply"))
    }

    @Test("Of several queues the one that is missing is named, wherever it stands", arguments: 0..<4)
    func missingQueueAmongOthers(place: Int) async throws {
        let queues = (0..<4).map { server.uniqueName("among-\($0)") }
        let broker = try server.broker()
        try broker.apply(
            Topology(queues: queues.indices.filter { $0 != place }.map { Topology.Queue(name: queues[$0]) })
        )
        let error = try await TestConsumer(broker, queues).lost().error
        #expect(error.code == .notFound)
        #expect(error.message == "queue \(queues[place]) does not exist on amqp://127.0.0.1:\(server.port)/")
    }

    @Test("A name that does not exist is said to be unresolved")
    func unknownHost() throws {
        let address = try RabbitMQAddress(url: "amqp://no-such-host.invalid")
        let broker = try RabbitMQBroker(address: address, jitterSeed: 1)
        let error = #expect(throws: BrokerError.self) { try broker.plan(Topology()) }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("no-such-host.invalid") == true)
    }
}

/// Takes connections and never answers; when it is gone, nobody listens at its port.
private final class SilentListener {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isBound else { throw TestFailure("no listener") }
    }

    /// Takes the next connection, hears its first words, and drops it without a goodbye.
    func resetNext() {
        let descriptor = descriptor
        Thread.detachNewThread {
            let peer = accept(descriptor, nil, nil)
            var bytes = [UInt8](repeating: 0, count: 8)
            _ = recv(peer, &bytes, bytes.count, 0)
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(peer, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            close(peer)
        }
    }

    deinit { close(descriptor) }
}
