import Foundation

/// Starts the one thread of a link.
///
/// It ends by itself when its body returns.
enum LinkThread {
    /// Event handlers run here, and they may decode deeply nested messages.
    private static let stackBytes = 8 << 20

    static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.stackSize = stackBytes
        thread.start()
    }
}
