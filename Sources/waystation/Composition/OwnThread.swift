import Foundation

/// Runs blocking work on an operating-system thread, so that nothing of it stands on the shared pool.
enum OwnThread {
    /// The stack of a worker thread, in bytes.
    private static let stackBytes = 8 << 20

    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.stackSize = stackBytes
        thread.start()
    }
}
