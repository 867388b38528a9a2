import Broker
import CRabbitMQ

/// Sends publications on one connection.
///
/// Without TLS, the frames of many publications are written into one buffer and sent with one system call, where the
/// library makes three calls for each. With TLS, the library sends them, as the TLS session is its own.
@safe struct PublicationSender: ~Copyable {
    private static let bufferBytes = 256 << 10
    /// A larger part of a body is sent from where it is, and not copied.
    private static let copiedBytesMax = 32 << 10
    /// A method frame with two short texts at most.
    private static let methodFrameBytesMax = 1024

    private let headBytesMax: Int
    private let bodyFrameBytesMax: Int
    private let isDirect: Bool
    private let standstill: Standstill
    /// Memory of one publication's names and headers; on the heap, as the library's tables point into it.
    private let pool: UnsafeMutablePointer<amqp_pool_t>
    private var frames: FrameWriter

    init(for connection: borrowing Connection, _ standstill: Standstill) {
        self.standstill = standstill
        isDirect = connection.isPlain
        headBytesMax = connection.frameBytesMax + Self.methodFrameBytesMax
        bodyFrameBytesMax = connection.frameBytesMax - 8
        frames = FrameWriter(capacity: max(Self.bufferBytes, headBytesMax * 2))
        unsafe pool = .allocate(capacity: 1)
        unsafe pool.initialize(to: amqp_pool_t())
        unsafe init_amqp_pool(pool, 16 << 10)
    }

    deinit {
        unsafe empty_amqp_pool(pool)
        unsafe pool.deallocate()
    }

    /// Sends one publication with the mandatory flag, perhaps not before `flush`; an error leaves the stream broken.
    mutating func send(
        _ publication: Publication,
        on connection: borrowing Connection,
        until deadline: inout UInt64
    ) throws(BrokerError) {
        defer { unsafe recycle_amqp_pool(pool) }
        guard var properties = unsafe publication.message.properties.amqp(with: FieldTableWriter(pool: pool))
        else {
            throw BrokerError(
                .connectionLost,
                "Memory for a publication ran out",
                remedy: "Give the process more memory"
            )
        }
        guard isDirect else {
            try unsafe connection.publish(publication, &properties, until: &deadline)
            return
        }
        if frames.room < headBytesMax { try flush(connection, until: &deadline) }
        try unsafe frames.appendHead(publication, &properties)
        var start = 0
        let body = publication.message.body
        while start < body.count {
            let end = min(start + bodyFrameBytesMax, body.count)
            try appendBody(body, start..<end, connection, until: &deadline)
            start = end
        }
    }

    private mutating func appendBody(
        _ body: [UInt8],
        _ range: Range<Int>,
        _ connection: borrowing Connection,
        until deadline: inout UInt64
    ) throws(BrokerError) {
        if frames.room < Self.copiedBytesMax + 16 { try flush(connection, until: &deadline) }
        frames.beginBodyFrame(bytes: range.count)
        if range.count <= Self.copiedBytesMax {
            unsafe body.withUnsafeBytes { unsafe frames.append(UnsafeRawBufferPointer(rebasing: $0[range])) }
        } else {
            try flush(connection, until: &deadline)
            try unsafe body.withUnsafeBufferPointer { (body) throws(BrokerError) in
                let bytes = UnsafeRawBufferPointer(body)
                try unsafe connection.write(
                    UnsafeRawBufferPointer(rebasing: bytes[range]),
                    until: &deadline,
                    standstill
                )
            }
        }
        frames.endBodyFrame()
    }

    /// Sends what waits in the buffer.
    mutating func flush(_ connection: borrowing Connection, until deadline: inout UInt64) throws(BrokerError)
    {
        guard frames.count > 0 else { return }
        defer { frames.clear() }
        try unsafe connection.write(frames.content, until: &deadline, standstill)
    }
}
