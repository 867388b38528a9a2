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

/// New identifications for messages: random UUIDs.
struct UniqueIDs: IDSource {
    func next() -> MessageID { MessageID(rawValue: UUID().uuidString) }
}
