import Broker
import Catalog
import Orders
import Testing

@Suite("Configurations")
struct ConfigurationTests {
    static let station = """
        broker:
          address: ${BROKER:-amqp://127.0.0.1/}
        store: sqlite:${DATA:-here}/way.db
        topology:
          exchanges:
            orders: {type: topic}
          queues:
            IN: {deadLetter: ERRORS}
            UPDATES: {deadLetter: ERRORS}
            ERRORS: {deadLetter: none}
          bindings:
            - {exchange: orders, queue: IN, routingKey: "#"}
        workers:
          COM:
            catalog: c.yaml
            senderID: A
            orders: [IN]
            updates: UPDATES
            upstream: {exchange: orders, routingKey: up}
            fallout: ERRORS
            errors: ERRORS

        """

    static func examine(
        _ text: String = station,
        _ environment: [String: String] = [:]
    ) -> Examined<StationConfiguration> {
        ConfigurationReader.examine(
            bytes: Array(text.utf8),
            name: "q.yaml",
            folder: "/etc/way",
            environment: environment
        )
    }

    static func problems(_ old: String, _ new: String, _ environment: [String: String] = [:]) -> [String] {
        examine(Sample.replace(old, new, in: station), environment).diagnostics.map(\.description)
    }

    @Test("Defaults hold where nothing is said")
    func defaults() throws {
        let station = try Self.examine().get()
        #expect(station.broker == BrokerConfiguration(address: "amqp://127.0.0.1/"))
        #expect(station.storeAddress == "sqlite:here/way.db")
        #expect(station.limits == StationLimits())
        #expect(station.retention == RetentionConfiguration())
        #expect(station.logFormat == .text)
        let worker = try #require(station.workers.first)
        #expect(worker.catalogPath == "/etc/way/c.yaml")
        #expect(worker.updates == ["UPDATES"])
        #expect(worker.upstream == Destination(exchange: "orders", routingKey: "up"))
        #expect(worker.urgentFromPriority == 8)
        #expect(station.topology.queues.map(\.type) == [.quorum, .quorum, .quorum])
        #expect(station.topology.bindings == [.init(exchange: "orders", queue: "IN", routingKey: "#")])
    }

    @Test("What is remembered, and how long, can be said with every key")
    func retention() throws {
        let text =
            Self.station
                + """
                retention: {inboxDays: 3, closedOrderDays: 4, failedMessageDays: 5, failedMessageMegabytes: 6, metricsHours: 7, relatedOrders: apart, auditDays: 0}

                """
        #expect(
            try Self.examine(text).get().retention
                == RetentionConfiguration(
                    inboxDays: 3,
                    closedOrderDays: 4,
                    failedMessageDays: 5,
                    failedMessageMegabytes: 6,
                    metricsHours: 7,
                    relatedOrders: .apart,
                    auditDays: 0
                )
        )
        #expect(RetentionConfiguration().relatedOrders == .together)
        func problems(_ retention: String) -> [String] {
            Self.problems("store:", "retention: {\(retention)}\nstore:")
        }
        #expect(
            problems("relatedOrders: aparts") == [
                "q.yaml:3:28: 'relatedOrders' of retention is 'aparts'; did you mean 'apart'?"
            ]
        )
        #expect(
            problems("relatedOrders: alone, auditDays: -1") == [
                "q.yaml:3:28: 'relatedOrders' of retention is 'alone'; it may be together, apart",
                "q.yaml:3:46: 'auditDays' of retention is -1; it must be from 0 to 36500",
            ]
        )
        #expect(
            problems("auditDay: 3") == [
                "q.yaml:3:13: unknown key 'auditDay' in retention; did you mean 'auditDays'?"
            ]
        )
    }

    @Test("What headers say of a worker and of whoever it reports to")
    func senderAndTarget() throws {
        #expect(try Self.examine().get().workers.first?.sender == nil)
        #expect(try Self.examine().get().workers.first?.upstreamTarget == nil)
        let text = Sample.replace(
            "    senderID: A\n",
            """
                senderID: A
                sender:
                  description: Central fulfillment
                  address: 10.0.0.7
                  applicationID: WAY
                  applicationVersion: 1.0
                  contactName: Desk
                  contactEmail: desk@example.com
                  contactPhoneNumber: "0800 1"
                upstreamTarget: {applicationType: CRM, serviceName: Orders}

            """,
            in: Self.station
        )
        let worker = try #require(try Self.examine(text).get().workers.first)
        #expect(
            worker.sender?.value
                == SenderDetails(
                    description: "Central fulfillment",
                    address: "10.0.0.7",
                    applicationID: "WAY",
                    applicationVersion: "1.0",
                    contactName: "Desk",
                    contactEmail: "desk@example.com",
                    contactPhoneNumber: "0800 1"
                )
        )
        #expect(worker.upstreamTarget?.value == TargetDetails(applicationType: "CRM", serviceName: "Orders"))
    }

    @Test("Unknown keys of sender and target are told")
    func unknownSenderKeys() {
        #expect(
            Self.problems("senderID: A", "senderID: A\n    sender: {adress: x}\n    upstreamTarget: CRM") == [
                "q.yaml:17:14: unknown key 'adress' in 'sender' of worker COM; did you mean 'address'?",
                "q.yaml:18:21: 'upstreamTarget' of worker COM is a text; "
                    + "it must be a mapping with the keys applicationType, serviceName",
            ]
        )
    }

    @Test("Variables are substituted in values; an empty one counts as not set")
    func substitution() throws {
        let set = try Self.examine(Self.station, ["BROKER": "amqp://rabbit/", "DATA": ""]).get()
        #expect(set.broker.address == "amqp://rabbit/")
        #expect(set.storeAddress == "sqlite:here/way.db")
        let text = Sample.replace("senderID: A", "senderID: $${X}-${X}-$5-${Y_1:-}", in: Self.station)
        #expect(try Self.examine(text, ["X": "1"]).get().workers.first?.senderID == "${X}-1-$5-")
    }

    @Test(
        "Variables that cannot be substituted are told at the value",
        arguments: [
            (
                "${NAME}",
                "the environment variable NAME is not set; set it, or give a default: ${NAME:-default}"
            ),
            ("${NAME", "'${' without '}'; write ${NAME} or ${NAME:-default}, or $${ for the text '${'"),
            ("${1X:-y}", "'1X' is no name of an environment variable; write letters, digits and underscores"),
        ]
    )
    func missing(_ value: String, _ message: String) {
        #expect(Self.problems("senderID: A", "senderID: \(value)") == ["q.yaml:16:15: " + message])
    }

    @Test("WAYSTATION_BROKER and WAYSTATION_STORE override the file")
    func overrides() throws {
        let environment = ["WAYSTATION_BROKER": "embedded:/tmp/b", "WAYSTATION_STORE": "sqlite:/tmp/s.db"]
        let station = try Self.examine(Self.station, environment).get()
        #expect(station.broker.address == "embedded:/tmp/b")
        #expect(station.storeAddress == "sqlite:/tmp/s.db")
    }

    @Test("Addresses of no known kind are told, without repeating a password")
    func addresses() {
        #expect(
            Self.problems(
                "  address: ${BROKER:-amqp://127.0.0.1/}",
                "  address: http://user:secret@h/",
                ["WAYSTATION_BROKER": "tcp:secret", "WAYSTATION_STORE": "postgres:secret"]
            ) == [
                "environment variable WAYSTATION_BROKER: the broker's address is of no kind that is known; "
                    + "write amqp://user@host:port/vhost, amqps://… or embedded:FOLDER",
                "environment variable WAYSTATION_STORE: the store's address is of no kind that is known; "
                    + "write sqlite:FILE",
                "q.yaml:2:12: the broker's address is of no kind that is known; "
                    + "write amqp://user@host:port/vhost, amqps://… or embedded:FOLDER",
            ]
        )
    }

    @Test(
        "TLS: files are found beside the configuration, half a certificate is told, no verification is a warning"
    )
    func tls() throws {
        let text = Sample.replace(
            "  address: ${BROKER:-amqp://127.0.0.1/}",
            "  address: amqps://rabbit/\n  passwordFile: secret\n  tls: {authorityFile: ca.pem, serverName: r}",
            in: Self.station
        )
        let broker = try Self.examine(text).get().broker
        #expect(broker.passwordFile == "/etc/way/secret")
        #expect(broker.tls == TLSConfiguration(authorityFile: "/etc/way/ca.pem", serverName: "r"))
        #expect(
            Self.problems(
                "  address: ${BROKER:-amqp://127.0.0.1/}",
                "  address: amqp://rabbit/\n  tls: {keyFile: k, insecure: true}"
            ) == [
                "q.yaml:3:3: warning: 'tls' has no effect: the broker's address is not amqps://…; "
                    + "use amqps://, or remove 'tls'",
                "q.yaml:3:3: a client certificate needs both 'certificateFile' and 'keyFile'; "
                    + "add the one that is missing",
                "q.yaml:3:21: warning: neither the broker's certificate nor its name is verified; "
                    + "give its authority in 'authorityFile' instead",
            ]
        )
    }

    @Test("Queues, exchanges and keys that are not there")
    func references() {
        #expect(
            Self.problems("    orders: [IN]", "    orders: [INN, IN, IN]") == [
                "q.yaml:17:14: queue 'INN' is not declared in the topology; did you mean 'IN'?",
                "q.yaml:17:23: queue 'IN' is there twice in 'orders' of worker COM; remove one",
            ]
        )
        #expect(
            Self.problems("{exchange: orders, routingKey: up}", "{exchange: ordrs, routingKey: up}") == [
                "q.yaml:19:26: unknown exchange 'ordrs'; did you mean 'orders'?"
            ]
        )
        #expect(
            Self.problems(
                "{exchange: orders, queue: IN, routingKey: \"#\"}",
                "{exchange: orders, queue: UPDATE}"
            ) == [
                "q.yaml:12:33: unknown queue 'UPDATE'; did you mean 'UPDATES'?"
            ]
        )
        #expect(
            Self.problems("    updates: UPDATES", "    updates: [UPDATES, IN]\n    prefetchh: 3") == [
                "q.yaml:18:24: queue 'IN' is read as 'orders' of worker COM, too; "
                    + "each queue is read for one purpose; use another queue",
                "q.yaml:19:5: unknown key 'prefetchh' in worker COM; did you mean 'prefetch'?",
            ]
        )
        #expect(
            Self.problems("store:", "stor:") == [
                "q.yaml:1:1: the configuration has no 'store'; add the key 'store'",
                "q.yaml:3:1: unknown key 'stor' in the configuration; did you mean 'store'?",
            ]
        )
    }

    @Test("Numbers outside their bounds, prefetch 0 among them")
    func bounds() {
        #expect(
            Self.problems(
                "    senderID: A",
                "    senderID: A\n    prefetch: 0\n    batchLimit: many\n    concurrency: 65"
            ) == [
                "q.yaml:17:15: 'prefetch' of worker COM is 0; it must be from 1 to 2000",
                "q.yaml:18:17: 'batchLimit' of worker COM is 'many'; it must be a whole number",
                "q.yaml:19:18: 'concurrency' of worker COM is 65; it must be from 1 to 64",
            ]
        )
        #expect(
            Self.problems("    senderID: A", "    senderID: A\n    prefetch: 10\n    batchLimit: 11") == [
                "q.yaml:18:5: warning: 'batchLimit' of worker COM is larger than 'prefetch', 10; "
                    + "more than are in hand cannot be in one transaction; raise 'prefetch'"
            ]
        )
        #expect(
            Self.problems("    senderID: A", "    senderID: A\n    prefetch: 10").isEmpty,
            "a transaction of 10 then"
        )
    }
}
