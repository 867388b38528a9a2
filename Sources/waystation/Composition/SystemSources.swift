import Foundation
import Glibc
import Orders
import Synchronization

/// The machine's clock.
struct SystemClock: WallClock {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// Seeds that no two runs share, however soon one follows the other.
enum FreshSeed {
    static func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}

/// New identifications for messages: random UUIDs (RFC 9562, version 4).
///
/// Foundation's own open and close a file for each.
final class UniqueIDs: IDSource {
    private let random = Mutex(RandomWords())

    func next() -> MessageID {
        let (first, second) = random.withLock { ($0.next(), $0.next()) }
        let high = first & ~0xf000 | 0x4000
        let low = second & ~(0b11 << 62) | 0b10 << 62
        return MessageID(
            rawValue: String(unsafeUninitializedCapacity: 36) { text in
                var position = 0
                for digit in 0..<32 {
                    if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                        text.initializeElement(at: position, to: UInt8(ascii: "-"))
                        position += 1
                    }
                    let half = digit < 16 ? high : low
                    let nibble = UInt8(truncatingIfNeeded: half >> (60 - 4 * UInt64(digit & 15))) & 0xf
                    text.initializeElement(
                        at: position,
                        to: nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
                    )
                    position += 1
                }
                return position
            }
        )
    }
}

/// Random numbers from the kernel, taken many at a time: each question to it costs half a microsecond.
private struct RandomWords {
    /// 256 bytes, the most that `getentropy` gives at a time.
    private static let count = 32

    private var words: [UInt64] = []

    mutating func next() -> UInt64 {
        if let word = words.popLast() { return word }
        words = [UInt64](unsafeUninitializedCapacity: Self.count) { buffer, count in
            let bytes = buffer.count * MemoryLayout<UInt64>.size
            count = buffer.baseAddress.map { getentropy($0, bytes) } == 0 ? Self.count : 0
        }
        guard let word = words.popLast() else {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        }
        return word
    }
}
