import Broker
import CRabbitMQ
import Glibc

/// One AMQP connection with one channel.
///
/// It stays on the thread that made it.
/// After any error nothing more is asked of it: it is dropped, and `deinit` closes the socket.
@safe struct Connection: ~Copyable {
    static let channel: amqp_channel_t = 1
    /// The broker's own default; 0 ("no limit") would let a peer choose our memory.
    static let frameBytesMax: Int32 = 131_072

    private let state: OpaquePointer
    private let watch: StuckWatch
    /// Outlives the OpenSSL context in `state`, which points to it.
    private let tls: TLSSetup?
    /// Our duplicate of the socket, owned by `watch`.
    let socket: Int32
    /// What we asked for.
    private let wantedHeartbeatSeconds: Double
    /// How long the broker may take for an answer.
    let answerSecondsMax: Double
    /// The broker's, without secrets, for messages.
    let address: String

    /// Takes over `state`; `socket` belongs to `watch`.
    init(
        state: OpaquePointer,
        socket: Int32,
        watch: StuckWatch,
        tls: TLSSetup?,
        wantedHeartbeatSeconds: Double,
        answerSecondsMax: Double,
        address: String
    ) {
        unsafe self.state = unsafe state
        self.socket = socket
        self.watch = watch
        self.tls = tls
        self.wantedHeartbeatSeconds = wantedHeartbeatSeconds
        self.answerSecondsMax = answerSecondsMax
        self.address = address
    }

    deinit {
        watch.release()
        unsafe amqp_destroy_connection(state)
        withExtendedLifetime(tls) {}
    }

    /// Whether bytes may be written to the socket as they are.
    var isPlain: Bool { tls == nil }

    /// The largest frame both sides agreed to.
    var frameBytesMax: Int { Int(unsafe amqp_get_frame_max(state)) }

    /// The shorter one of what both sides want; ours until the login, and when none was agreed to.
    var heartbeatSeconds: Double {
        let agreed = unsafe amqp_get_heartbeat(state)
        return agreed > 0 ? Double(agreed) : wantedHeartbeatSeconds
    }

    /// Twice the heartbeat: how long the peer may be silent.
    var silenceSecondsMax: Double { heartbeatSeconds * 2 }

    /// Runs C code under the watch, and turns its failure into an error that says so when the watch ended it.
    ///
    /// Without a deadline, a synchronous call ends by its own time limit, and the watch follows a second later.
    func guarded<Value>(
        until deadline: UInt64? = nil,
        _ body: (OpaquePointer) throws(BrokerError) -> Value
    ) throws(BrokerError) -> Value {
        watch.arm(until: deadline ?? MonotonicClock.deadline(inSeconds: answerSecondsMax + 1))
        defer { watch.disarm() }
        // What the library leaves there is told when the socket fails, and nothing older.
        errno = 0
        do throws(BrokerError) {
            return try unsafe body(state)
        } catch {
            let reason = watch.hasFired ? Self.silent() : tls?.explain(error) ?? error
            throw reason.named(address)
        }
    }

    /// Gives the work under way at least so many seconds from now.
    func extend(_ deadline: inout UInt64, bySeconds seconds: Double) {
        deadline = max(deadline, MonotonicClock.deadline(inSeconds: seconds))
        watch.arm(until: deadline)
    }

    /// The error for a peer that has stopped answering.
    static func silent() -> BrokerError {
        BrokerError(
            .connectionLost,
            "The broker took nothing and said nothing, so the connection was shut down",
            remedy: "Look at network and broker; the connection is made anew by itself",
            mayHaveHappened: true
        )
    }

    /// The reply of the last synchronous call.
    func checkReply(during operation: Operation) throws(BrokerError) {
        let reply = unsafe amqp_get_rpc_reply(state)
        if unsafe reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION {
            unsafe answerClose(ReplyMapping.closing(reply.reply))
        }
        try unsafe ReplyMapping.check(reply, during: operation)
    }

    /// The moment by which a peer last heard then counts as dead; never so soon that a call could not begin.
    func silenceDeadline(after lastHeard: UInt64) -> UInt64 {
        max(
            lastHeard + UInt64(silenceSecondsMax * 1e9),
            MonotonicClock.deadline(inSeconds: 0.5)
        )
    }

    /// Takes frames that have arrived and gives what they complete to `take`, until that says false or none is left.
    ///
    /// Returns whether none is left. Sends heartbeats when they are due.
    func receive(
        _ assembler: inout FrameAssembler,
        lastHeard: inout UInt64,
        _ take: (Incoming) throws(BrokerError) -> Bool
    ) throws(BrokerError) -> Bool {
        var frame = unsafe amqp_frame_t()
        var isAny = false
        defer { if isAny { lastHeard = MonotonicClock.nanoseconds() } }
        let deadline = silenceDeadline(after: lastHeard)
        return try unsafe guarded(until: deadline) { _ throws(BrokerError) in
            while try unsafe takeFrame(&frame) {
                isAny = true
                let incoming = try unsafe assembler.accept(frame)
                unsafe amqp_maybe_release_buffers(state)
                if let incoming, try !take(incoming) { return false }
            }
            return true
        }
    }

    /// Whether the library has taken whole frames only.
    var isBetweenFrames: Bool { unsafe amqp_release_buffers_ok(state) != 0 }

    /// Takes one frame that is there already; false when none is.
    private func takeFrame(_ frame: inout amqp_frame_t) throws(BrokerError) -> Bool {
        var immediately = timeval()
        let status = unsafe amqp_simple_wait_frame_noblock(state, &frame, &immediately)
        if status == AMQP_STATUS_TIMEOUT.rawValue { return false }
        do throws(BrokerError) {
            try ReplyMapping.check(status: status, during: .waiting)
        } catch {
            throw tls?.explain(error) ?? error
        }
        return true
    }

    /// Tells the broker that this side lives; only for when nothing is received, which does it otherwise.
    func sendHeartbeat(until deadline: UInt64) throws(BrokerError) {
        try unsafe guarded(until: deadline) { _ throws(BrokerError) in
            var frame = unsafe amqp_frame_t()
            unsafe frame.frame_type = UInt8(AMQP_FRAME_HEARTBEAT)
            unsafe try ReplyMapping.check(status: amqp_send_frame(state, &frame), during: .waiting)
        }
    }

    /// Answers a close method of the broker, as the protocol demands; the library does not.
    func answerClose(_ closing: Closing) {
        // A failure here changes nothing: the connection is dropped next.
        if closing.isOfChannel {
            var reply = amqp_channel_close_ok_t()
            unsafe amqp_send_method(state, Self.channel, Method.channelCloseOK.rawValue, &reply)
        } else if closing.method == Method.connectionClose.rawValue {
            var reply = amqp_connection_close_ok_t()
            unsafe amqp_send_method(state, 0, Method.connectionCloseOK.rawValue, &reply)
        }
    }

    /// Sends one method without waiting for an answer; under the watch of the caller.
    func send<Arguments: BitwiseCopyable>(
        _ method: Method,
        _ arguments: Arguments,
        during operation: Operation
    ) throws(BrokerError) {
        var arguments = arguments
        try ReplyMapping.check(status: unsafe sendRaw(method, &arguments), during: operation)
    }

    /// The status of sending a method; `arguments` is the library's structure for it.
    func sendRaw(_ method: Method, _ arguments: UnsafeMutableRawPointer) -> Int32 {
        unsafe amqp_send_method(state, Self.channel, method.rawValue, arguments)
    }

    /// The status of publishing with the mandatory flag.
    func publishRaw(
        _ exchange: amqp_bytes_t,
        _ routingKey: amqp_bytes_t,
        _ properties: inout amqp_basic_properties_t,
        _ body: amqp_bytes_t
    ) -> Int32 {
        unsafe amqp_basic_publish(state, Self.channel, exchange, routingKey, 1, 0, &properties, body)
    }

    /// What `wait` saw.
    struct Readiness {
        var canRead: Bool
        var isWoken: Bool
    }

    /// Waits for frames unless told not to, for a wake, for room to send when asked, or for the time to be over.
    ///
    /// That the connection broke counts as something to read, in any case.
    func wait(
        for signal: WakeSignal,
        toRead: Bool = true,
        orToSend: Bool = false,
        milliseconds: Int32
    ) -> Readiness {
        let events = (toRead ? Int16(POLLIN) : 0) | (orToSend ? Int16(POLLOUT) : 0)
        var entries = (
            pollfd(fd: socket, events: events, revents: 0),
            pollfd(fd: signal.descriptor, events: Int16(POLLIN), revents: 0)
        )
        let count = unsafe withUnsafeMutablePointer(to: &entries) { pointer in
            unsafe pointer.withMemoryRebound(to: pollfd.self, capacity: 2) {
                unsafe poll($0, 2, milliseconds)
            }
        }
        guard count > 0 else { return Readiness(canRead: false, isWoken: false) }
        let isWoken = entries.1.revents != 0
        if isWoken { signal.clear() }
        return Readiness(canRead: entries.0.revents & ~Int16(POLLOUT) != 0, isWoken: isWoken)
    }

    /// Whether the socket takes a good piece of data without waiting.
    func canSend() -> Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, 0) > 0 && entry.revents & Int16(POLLOUT) != 0
    }

    /// Says goodbye in order; a broker that does not answer in time is left alone.
    ///
    /// What is still on its way here is dropped as it comes.
    consuming func close(timeoutSeconds: Double = 2) {
        watch.arm(until: MonotonicClock.deadline(inSeconds: timeoutSeconds * 2 + 1))
        // The channel first: its answer says that all acknowledgements were taken.
        if closeChannel(by: MonotonicClock.deadline(inSeconds: timeoutSeconds)) {
            var timeout = timeval(seconds: timeoutSeconds)
            unsafe amqp_set_rpc_timeout(state, &timeout)
            _ = unsafe amqp_connection_close(state, Int32(AMQP_REPLY_SUCCESS))
        }
        watch.disarm()
    }

    /// Whether the broker has answered in time; the library's own way keeps all deliveries that come before the answer.
    private func closeChannel(by deadline: UInt64) -> Bool {
        var arguments = unsafe amqp_channel_close_t()
        unsafe arguments.reply_code = UInt16(AMQP_REPLY_SUCCESS)
        guard unsafe sendRaw(.channelClose, &arguments) == AMQP_STATUS_OK.rawValue else { return false }
        var frame = unsafe amqp_frame_t()
        while true {
            let milliseconds = MonotonicClock.milliseconds(until: deadline)
            guard milliseconds > 0 else { return false }
            var timeout = timeval(seconds: Double(milliseconds) / 1_000)
            let status = unsafe amqp_simple_wait_frame_noblock(state, &frame, &timeout)
            guard status == AMQP_STATUS_OK.rawValue else { return false }
            let method = unsafe Int32(frame.frame_type) == AMQP_FRAME_METHOD ? frame.payload.method.id : 0
            unsafe amqp_maybe_release_buffers(state)
            switch Method(rawValue: method) {
            case .channelCloseOK: return true
            case .channelClose, .connectionClose:
                answerClose(Closing(method: method, code: 0, text: ""))
                return false
            default: break
            }
        }
    }
}

extension timeval {
    init(seconds: Double) {
        let whole = seconds.rounded(.down)
        self.init(tv_sec: Int(whole), tv_usec: Int((seconds - whole) * 1e6))
    }
}
