import Broker
import CRabbitMQ

@testable import RabbitMQ

/// What a broker may send: bytes through librabbitmq's decoder, frame by frame, into the assembler.
///
/// The first byte of an input says whether the rest are frames as they come over the wire, or parts (type, length in
/// two bytes, payload) that are framed here, so that less is spent on lengths and end marks; and whether they are the
/// first that the broker sends, where it may name another version of the protocol instead.
struct FrameTarget: FuzzTarget {
    private static let bodyBytesMax = 1 << 16
    private static let frameBytesMax: Int32 = 131_072

    func read(_ bytes: [UInt8]) throws {
        guard let first = bytes.first, let state = amqp_new_connection() else { return }
        defer { amqp_destroy_connection(state) }
        if first & 2 == 0 { try Self.begin(state) }
        var wire = first & 1 == 0 ? Array(bytes.dropFirst()) : Self.framed(bytes.dropFirst())
        try wire.withUnsafeMutableBytes { try receive($0, state) }
    }

    /// Brings a connection past its first frame, which must be a method, to the limits of a login.
    private static func begin(_ state: OpaquePointer) throws {
        // connection.unblocked
        var method: [UInt8] = [1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 61, 0xCE]
        let isBegun = method.withUnsafeMutableBytes { bytes in
            var frame = amqp_frame_t()
            let received = amqp_bytes_t(len: bytes.count, bytes: bytes.baseAddress)
            return amqp_handle_input(state, received, &frame) == Int32(bytes.count)
                && amqp_tune_connection(state, 1, frameBytesMax, 0) == 0
        }
        guard isBegun else { throw Finding("the library does not take the first frame, so none is tried") }
        amqp_maybe_release_buffers(state)
    }

    private func receive(_ wire: UnsafeMutableRawBufferPointer, _ state: OpaquePointer) throws {
        var assembler = FrameAssembler(bodyBytesMax: Self.bodyBytesMax, cutBodyBytes: 1 << 10)
        var rest = amqp_bytes_t(len: wire.count, bytes: wire.baseAddress)
        while rest.len > 0 {
            var frame = amqp_frame_t()
            let used = amqp_handle_input(state, rest, &frame)
            // A negative status ends the connection, as does an error of the assembler.
            guard used > 0 else { return }
            rest = amqp_bytes_t(len: rest.len - Int(used), bytes: rest.bytes?.advanced(by: Int(used)))
            // Type 0 says that the frame is not whole yet.
            guard frame.frame_type != 0 else { continue }
            let accepted = Result { () throws(BrokerError) in try assembler.accept(frame) }
            amqp_maybe_release_buffers(state)
            guard case .success(let incoming) = accepted else { return }
            if let incoming { try check(incoming) }
        }
    }

    private func check(_ incoming: Incoming) throws {
        switch incoming {
        case .delivery(_, _, _, let content), .returned(_, _, _, let content):
            let count = content.message.body.count
            guard count <= Self.bodyBytesMax, UInt64(count) <= content.announcedBytes else {
                throw Finding("a body of \(count) bytes, announced \(content.announcedBytes)")
            }
            _ = "\(content.message.properties)".utf8.count
        default:
            _ = "\(incoming)".utf8.count
        }
    }

    private static func framed(_ parts: ArraySlice<UInt8>) -> [UInt8] {
        var parts = parts
        var wire: [UInt8] = []
        while parts.count >= 3 {
            let header = Array(parts.prefix(3))
            parts = parts.dropFirst(3)
            let payload = parts.prefix(Int(header[1]) << 8 | Int(header[2]))
            parts = parts.dropFirst(payload.count)
            // One in eight goes to channel 0, where other methods are allowed.
            let channel: UInt8 = header[0] & 0x38 == 0x38 ? 0 : 1
            wire += [header[0] & 0x07, 0, channel]
            wire += (0..<4).map { UInt8(truncatingIfNeeded: payload.count >> (24 - $0 * 8)) }
            wire += payload + [0xCE]
        }
        return wire
    }
}
