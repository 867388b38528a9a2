import TestSupport
import Testing

/// How the soak counts what a broker hands out twice.
@Suite("Deliveries are counted as they pass") struct DeliveryWatchTests {
    private static func frame(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        let size = (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (24 - 8 * $0)) }
        return [type, 0, 1] + size + content + [0xCE]
    }

    /// A method `basic.deliver`, as the protocol has it.
    private static func delivery(_ isRedelivered: Bool, consumerTag: String = "station") -> [UInt8] {
        let tag = [UInt8(consumerTag.utf8.count)] + Array(consumerTag.utf8)
        return frame(
            1,
            [0, 60, 0, 60] + tag + [0, 0, 0, 0, 0, 0, 0, 7] + [isRedelivered ? 1 : 0] + [0, 5] + "orders".utf8
        )
    }

    /// Three messages of which two are offered again, between other frames; a body that looks like a method.
    private static let stream: [UInt8] =
        frame(1, [0, 10, 0, 10, 0, 9]) + frame(8, []) + delivery(false) + frame(2, [0, 60, 0, 0])
        + frame(3, delivery(true)) + delivery(true, consumerTag: "")
        + frame(3, Array(repeating: 0xCE, count: 5_000))
        + delivery(true, consumerTag: String(repeating: "x", count: 255)) + frame(1, [0, 60, 0, 80, 0])

    @Test("In pieces of any size", arguments: [1, 2, 3, 7, 64, 1_000, 100_000])
    func pieces(size: Int) {
        var watch = DeliveryWatch()
        var rest = Self.stream[...]
        while !rest.isEmpty {
            watch.take(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        #expect((watch.deliveries, watch.redeliveries) == (3, 2))
    }

    @Test("A frame that is cut off does not count")
    func cut() {
        var watch = DeliveryWatch()
        watch.take(Self.delivery(true).dropLast())
        #expect(watch.deliveries == 0)
    }
}
