import Broker
import RabbitMQ
import Testing

@Suite("Broker address")
struct AddressTests {
    @Test("Every part of a URL is read")
    func parts() throws {
        let address = try RabbitMQAddress(url: "amqps://us%65r:p%40ss%3Aw@broker.example:5673/orders%2Ftest")
        #expect(address.host == "broker.example")
        #expect(address.port == 5673)
        #expect(address.user == "user")
        #expect(try address.password.read() == "p@ss:w")
        #expect(address.virtualHost == "orders/test")
        #expect(address.tls != nil)
        #expect(address.description == "amqps://broker.example:5673/orders%2Ftest")
    }

    @Test(
        "What is not said gets its usual value",
        arguments: [
            ("amqp://localhost", "localhost", 5672, "/"), ("amqps://localhost", "localhost", 5671, "/"),
            ("AMQP://localhost/", "localhost", 5672, "/"), ("amqp://[::1]:99/x", "::1", 99, "x"),
            ("amqp://[::1]", "::1", 5672, "/"), ("amqp://h/%2F", "h", 5672, "/"),
        ] as [(String, String, UInt16, String)]
    )
    func defaults(url: String, host: String, port: UInt16, virtualHost: String) throws {
        let address = try RabbitMQAddress(url: url)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.virtualHost == virtualHost)
        #expect(address.user == "guest")
        #expect(address.heartbeatSeconds == 10)
    }

    @Test(
        "What cannot be meant is refused with a remedy and without the password",
        arguments: [
            "", "localhost", "http://u:s3cret@h", "amqp://", "amqp://u:s3cret@", "amqp://u:s3cret@h:0",
            "amqp://u:s3cret@h:65536", "amqp://u:s3cret@h:+5", "amqp://u:s3cret@h:5672x",
            "amqp://u:s3cret@h/a/b",
            "amqp://u:s3cret%zz@h", "amqp://u:s3cret%@h", "amqp://u:s3cret@h/%ff", "amqp://u:s3cret@h/%00",
            "amqp://u:s3cret@[::1", "amqp://u:s3cret@::1:5672", "amqp://u:s3cret@[::1]x", "amqp://:s3cret@h",
            "amqp://u:s3cret@h?heartbeat=1", "amqp://u:s3cret@h/v#f", "amqp://u:s3 cret@h",
            "amqp://u:s3cret@" + String(repeating: "h", count: 256),
            "amqp://u:s3cret@" + String(repeating: "h", count: 4096),
        ]
    )
    func refused(url: String) {
        let error = #expect(throws: BrokerError.self) { try RabbitMQAddress(url: url) }
        #expect(error?.code == .configuration)
        #expect(error?.isRetryable == false)
        #expect(error.map { !"\($0)".contains("s3") && !$0.remedy.isEmpty } == true)
    }

    @Test("A password never shows, however the address is printed")
    func hidden() throws {
        let address = try RabbitMQAddress(url: "amqp://user:s3cret@host/v")
        var dumped = ""
        dump(address, to: &dumped)
        for text in ["\(address)", String(reflecting: address), dumped, "\(address.password)"] {
            #expect(!text.contains("s3cret"))
        }
    }

    @Test("A password in the URL and a password file contradict each other")
    func twoPasswords() {
        let error = #expect(throws: BrokerError.self) {
            try RabbitMQAddress(url: "amqp://u:s3cret@h", passwordFile: "/run/secret")
        }
        #expect(error?.code == .configuration)
    }

    @Test("A missing password file is named, with what to do")
    func missingFile() throws {
        let address = try RabbitMQAddress(url: "amqp://u@h", passwordFile: "/nonexistent/secret")
        let error = #expect(throws: BrokerError.self) { try address.password.read() }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("/nonexistent/secret") == true)
    }
}
