import Foundation
import Synchronization
import TestSupport

/// A terminal that a program may write to; what it shows is read all the time, so that the program never waits.
final class Terminal: Sendable {
    private final class Shown: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    /// For the program.
    let handle: FileHandle
    private let reader: FileHandle
    private let shown = Shown()

    // What unlockpt and ptsname do, which are not to be had from Swift: TIOCSPTLCK and TIOCGPTN.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init() throws {
        let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        guard controller >= 0 else { throw TestFailure("no terminal can be made: error \(errno)") }
        reader = FileHandle(fileDescriptor: controller, closeOnDealloc: true)
        var lock: Int32 = 0
        var number: Int32 = 0
        guard ioctl(controller, Self.setLock, &lock) == 0, ioctl(controller, Self.getNumber, &number) == 0
        else { throw TestFailure("the terminal cannot be unlocked: error \(errno)") }
        let device = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard device >= 0 else { throw TestFailure("the terminal cannot be opened: error \(errno)") }
        handle = FileHandle(fileDescriptor: device, closeOnDealloc: true)
        reader.readabilityHandler = { [shown] handle in
            let data = handle.availableData
            shown.bytes.withLock { $0.append(contentsOf: data) }
        }
    }

    deinit { reader.readabilityHandler = nil }

    /// All that was written so far.
    var text: String { String(decoding: shown.bytes.withLock { $0 }, as: UTF8.self) }
}
