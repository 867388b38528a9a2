import Foundation
import Glibc
import Orders

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
struct UniqueIDs: IDSource {
    func next() -> MessageID {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & ~0xf000 | 0x4000
        let low = generator.next() & ~(0b11 << 62) | 0b10 << 62
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
