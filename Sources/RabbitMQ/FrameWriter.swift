import Broker
import CRabbitMQ

/// Writes the frames of publications one behind the other into a buffer.
@safe struct FrameWriter: ~Copyable {
    private static let frameHeaderBytes = 7
    private static let frameEnd: UInt8 = 0xCE
    private static let basicPublish: UInt32 = 0x003C_0028

    private let buffer: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(capacity: Int) { unsafe buffer = .allocate(byteCount: capacity, alignment: 16) }

    deinit { unsafe buffer.deallocate() }

    /// Bytes that still fit.
    var room: Int { unsafe buffer.count - count }

    /// What was written so far.
    var content: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count]) }

    mutating func clear() { count = 0 }

    /// Writes the method and the header frame; the caller has made room, and checked the publication.
    mutating func appendHead(
        _ publication: Publication,
        _ properties: inout amqp_basic_properties_t
    ) throws(BrokerError) {
        let methodStart = begin(type: AMQP_FRAME_METHOD)
        append(Self.basicPublish)
        append(UInt16(0))
        append(shortText: publication.destination.exchange)
        append(shortText: publication.destination.routingKey)
        // The mandatory bit.
        append(UInt8(1))
        end(methodStart)
        let headerStart = begin(type: AMQP_FRAME_HEADER)
        append(UInt16(AMQP_BASIC_CLASS))
        append(UInt16(0))
        append(UInt64(publication.message.body.count))
        let space = unsafe amqp_bytes_t(
            len: room - 1,
            bytes: buffer.baseAddress.map { unsafe $0 + count }
        )
        let written = unsafe amqp_encode_properties(UInt16(AMQP_BASIC_CLASS), &properties, space)
        try ReplyMapping.check(status: written, during: .publishing)
        count += Int(written)
        end(headerStart)
    }

    /// Begins a body frame of that many bytes; the bytes and `endBodyFrame` follow.
    mutating func beginBodyFrame(bytes: Int) {
        append(UInt8(AMQP_FRAME_BODY))
        append(UInt16(Connection.channel))
        append(UInt32(bytes))
    }

    mutating func endBodyFrame() { append(Self.frameEnd) }

    /// Copies bytes; the caller has made room.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// Begins a frame whose size is not known yet, and gives where it starts.
    private mutating func begin(type: Int32) -> Int {
        let start = count
        append(UInt8(type))
        append(UInt16(Connection.channel))
        append(UInt32(0))
        return start
    }

    /// Writes the size of the frame that began at `start`, and its end.
    private mutating func end(_ start: Int) {
        let size = UInt32(count - start - Self.frameHeaderBytes)
        unsafe buffer.storeBytes(of: size.bigEndian, toByteOffset: start + 3, as: UInt32.self)
        append(Self.frameEnd)
    }

    private mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        unsafe buffer.storeBytes(of: number.bigEndian, toByteOffset: count, as: Number.self)
        count += MemoryLayout<Number>.size
    }

    /// Writes a text of at most 255 bytes, as the publication was checked for it.
    private mutating func append(shortText: String) {
        var text = shortText
        text.withUTF8 { bytes in
            append(UInt8(bytes.count))
            unsafe append(UnsafeRawBufferPointer(bytes))
        }
    }
}
