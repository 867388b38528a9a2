import Broker
import CRabbitMQ
import Glibc

/// Makes connections to one address.
struct Connector: Sendable {
    let address: RabbitMQAddress
    let watch: StuckWatch
    /// Held so that it looks at `watch` as long as anyone connects.
    let watchdog: Watchdog
    /// Shown to operators.
    let name: String

    /// A connector to the same broker for short work, watched on its own.
    func sibling(name: String) -> Connector {
        var address = address
        address.connectTimeoutSeconds = min(address.connectTimeoutSeconds, 2)
        let watch = StuckWatch()
        watchdog.watch(watch)
        return Connector(address: address, watch: watch, watchdog: watchdog, name: name)
    }

    /// Resolves, connects, secures, logs in and opens the channel.
    func open() throws(BrokerError) -> Connection {
        let deadline = MonotonicClock.deadline(inSeconds: address.connectTimeoutSeconds)
        let numericAddresses = try NameResolution.addresses(of: address.host, deadline: deadline)
        var failure: BrokerError?
        for (index, numeric) in numericAddresses.enumerated() {
            // What is left is shared out, so that a silent first address does not eat the time of the others.
            let left = Double(MonotonicClock.milliseconds(until: deadline)) / 1000
            let seconds = max(0.2, left / Double(numericAddresses.count - index))
            do throws(BrokerError) {
                let connection = try connect(numeric, seconds: seconds)
                try logIn(connection)
                // The broker may want it shorter.
                KernelTimers.set(on: connection.socket, heartbeatSeconds: connection.heartbeatSeconds)
                return connection
            } catch {
                // Wrong credentials are wrong at every address.
                if error.code == .accessRefused { throw error }
                failure = failure ?? error
            }
        }
        throw failure
            ?? BrokerError(.unreachable, "No address was found for \(address)", remedy: "Check the host name")
    }

    private func connect(_ numeric: String, seconds: Double) throws(BrokerError) -> Connection {
        guard let state = unsafe amqp_new_connection() else { throw Self.outOfMemory() }
        do throws(BrokerError) {
            let (socket, tls) = try unsafe openSocket(state, numeric, seconds: seconds)
            watch.adopt(socket)
            return unsafe Connection(
                state: state,
                socket: socket,
                watch: watch,
                tls: tls,
                wantedHeartbeatSeconds: Double(address.heartbeatSeconds),
                answerSecondsMax: address.connectTimeoutSeconds,
                address: address.description
            )
        } catch {
            unsafe amqp_destroy_connection(state)
            throw error
        }
    }

    /// Connects, and gives our own duplicate of the descriptor.
    private func openSocket(
        _ state: OpaquePointer,
        _ numeric: String,
        seconds: Double
    ) throws(BrokerError) -> (Int32, TLSSetup?) {
        var tls: TLSSetup?
        let socket: OpaquePointer
        if let options = address.tls {
            guard let new = unsafe amqp_ssl_socket_new(state) else { throw Self.outOfMemory() }
            let setup = TLSSetup(options: options, host: address.host)
            try unsafe setup.configure(new)
            tls = setup
            unsafe socket = unsafe new
        } else {
            guard let new = unsafe amqp_tcp_socket_new(state) else { throw Self.outOfMemory() }
            unsafe socket = unsafe new
        }
        var timeout = timeval(seconds: seconds)
        let deadline = MonotonicClock.deadline(inSeconds: seconds)
        let status = unsafe amqp_socket_open_noblock(socket, numeric, Int32(address.port), &timeout)
        // The library does not tell why the system refused; a second attempt of our own does.
        let isRefused = status == AMQP_STATUS_SOCKET_ERROR.rawValue
        let systemError = isRefused ? ConnectionProbe.error(numeric, port: address.port, until: deadline) : 0
        do throws(BrokerError) {
            try ReplyMapping.check(status: status, during: .connecting, systemError: systemError)
        } catch {
            throw (tls?.explain(error) ?? error).named(address.description)
        }
        let descriptor = unsafe fcntl(amqp_socket_get_sockfd(socket), F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else {
            throw BrokerError(
                .unreachable,
                "The socket could not be duplicated: \(SystemError.text(errno))",
                remedy: "Raise the limit of open files of this process"
            )
        }
        KernelTimers.set(on: descriptor, heartbeatSeconds: Double(address.heartbeatSeconds))
        return (descriptor, tls)
    }

    private func logIn(_ connection: borrowing Connection) throws(BrokerError) {
        let password = try address.password.read()
        guard !password.utf8.contains(0) else {
            throw BrokerError(
                .configuration,
                "The password holds a NUL",
                remedy: "Correct the password",
                isRetryable: false
            )
        }
        let limit = MonotonicClock.deadline(inSeconds: address.connectTimeoutSeconds * 3)
        do throws(BrokerError) {
            try unsafe connection.guarded(until: limit) { (state) throws(BrokerError) in
                var timeout = timeval(seconds: address.connectTimeoutSeconds)
                unsafe amqp_set_handshake_timeout(state, &timeout)
                unsafe amqp_set_rpc_timeout(state, &timeout)
                let reply = try unsafe sendLogin(state, password: password)
                try unsafe ReplyMapping.check(reply, during: .loggingIn)
                unsafe amqp_channel_open(state, Connection.channel)
                try unsafe ReplyMapping.check(amqp_get_rpc_reply(state), during: .openingChannel)
            }
        } catch {
            throw error.named(address.description)
        }
    }

    private func sendLogin(_ state: OpaquePointer, password: String) throws(BrokerError) -> amqp_rpc_reply_t {
        var pool = unsafe amqp_pool_t()
        unsafe init_amqp_pool(&pool, 4096)
        defer { unsafe empty_amqp_pool(&pool) }
        let capabilities = [
            "publisher_confirms", "consumer_cancel_notify", "basic.nack", "connection.blocked",
            "authentication_failure_close",
        ]
        let properties: [HeaderField] = [
            HeaderField("product", .text("waystation")),
            HeaderField("connection_name", .text(name)),
            HeaderField("capabilities", .table(capabilities.map { HeaderField($0, .boolean(true)) })),
        ]
        let table = unsafe withUnsafeMutablePointer(to: &pool) {
            unsafe FieldTableWriter(pool: $0).table(properties)
        }
        guard var table = unsafe table else { throw Self.outOfMemory() }
        return unsafe waystation_login_plain(
            state,
            address.virtualHost,
            1,
            Connection.frameBytesMax,
            Int32(address.heartbeatSeconds),
            &table,
            address.user,
            password
        )
    }

    private static func outOfMemory() -> BrokerError {
        BrokerError(
            .connectionLost,
            "Memory for a connection ran out",
            remedy: "Give the process more memory"
        )
    }
}
