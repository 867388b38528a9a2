import Broker
import CRabbitMQ
import TestSupport
import Testing

@testable import RabbitMQ

/// Header frames of classes other than basic, which librabbitmq decodes into structures of other shapes.
@Suite("RabbitMQ: content headers of other classes")
struct ForeignClassTests {
    private static let deliver: [UInt8] =
        [0, 60, 0, 60] + [7] + Array("queue-0".utf8) + [0, 0, 0, 0, 0, 0, 0, 1] + [0] + [0] + [1]
        + Array("q".utf8)

    private static func frame(type: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [type, 0, 1, 0, 0, 0, UInt8(payload.count)] + payload + [0xCE]
    }

    /// A header that announces no body; the flags claim a content type, unless it has no properties.
    private static func header(classID: UInt8, flags: [UInt8], _ properties: [UInt8]) -> [UInt8] {
        [0, classID, 0, 0] + [UInt8](repeating: 0, count: 8) + flags + properties
    }

    /// What the frames of one delivery give.
    private func assemble(_ header: [UInt8]) throws -> Incoming? {
        let state = try #require(amqp_new_connection())
        defer { amqp_destroy_connection(state) }
        // A first frame brings the connection past its greeting.
        var wire: [UInt8] = [1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 61, 0xCE]
        wire += Self.frame(type: 1, Self.deliver) + Self.frame(type: 2, header)
        var assembler = FrameAssembler(bodyBytesMax: 1_024)
        return try wire.withUnsafeMutableBytes { wire in
            var rest = amqp_bytes_t(len: wire.count, bytes: wire.baseAddress)
            var last: Incoming?
            while rest.len > 0 {
                var frame = amqp_frame_t()
                let used = amqp_handle_input(state, rest, &frame)
                try #require(used > 0)
                rest = amqp_bytes_t(len: rest.len - Int(used), bytes: rest.bytes?.advanced(by: Int(used)))
                if frame.frame_type != 0 { last = try assembler.accept(frame) }
            }
            return last
        }
    }

    @Test("The class of basic is taken")
    func basic() throws {
        let incoming = try assemble(Self.header(classID: 60, flags: [0x80, 0], [1, 120]))
        guard case .delivery(_, _, _, let content) = incoming else {
            Issue.record("\(String(describing: incoming))")
            return
        }
        #expect(content.message.properties.contentType == "x")
    }

    @Test("Every other class that the library knows is refused", arguments: [10, 20, 30, 40, 50, 90])
    func foreign(classID: UInt8) {
        let error = #expect(throws: BrokerError.self) {
            try assemble(Self.header(classID: classID, flags: [0x80, 0], []))
        }
        #expect(error?.code == .protocolViolation)
    }
}
