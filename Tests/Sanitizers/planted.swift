import Foundation
import Synchronization

// What the sanitizers must see, and what they must not; each by itself: planted (contended|race|held|freed)

/// A counter under a lock that is fought for: no finding.
final class Locked: Sendable {
    let count = Mutex(0)

    func add() { count.withLock { $0 += 1 } }
}

/// A counter without a lock, as wrong as can be.
final class Unlocked: @unchecked Sendable {
    var count = 0

    func add() { count += 1 }
}

func onFourThreads(_ body: @escaping @Sendable () -> Void) {
    let group = DispatchGroup()
    for _ in 0..<4 {
        group.enter()
        Thread.detachNewThread {
            for _ in 0..<20_000 { body() }
            group.leave()
        }
    }
    group.wait()
}

switch CommandLine.arguments.dropFirst().first {
case "contended":
    let locked = Locked()
    onFourThreads { locked.add() }
    print(locked.count.withLock { $0 })
case "race":
    let unlocked = Unlocked()
    onFourThreads { unlocked.add() }
    print(unlocked.count)
case let kind? where kind == "held" || kind == "freed":
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 16)
    bytes.initialize(repeating: 7, count: 16)
    if kind == "freed" { bytes.deallocate() }
    print(bytes[3])
    if kind == "held" { bytes.deallocate() }
default:
    exit(2)
}
