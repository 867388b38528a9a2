internal import Dispatch
internal import Foundation

/// A stage's operating-system thread, with a name that the machine's tools show.
struct StageThread {
    private let end: DispatchSemaphore

    /// Room for the recursion of a deep document, in bytes.
    private static let stackBytes = 8 << 20

    /// What the thread alone uses from now on.
    ///
    /// `@unchecked Sendable`: it is called once, on the new thread; who gave it away does not touch what it holds until
    /// ``StageThread/join()`` has returned.
    private struct Work: @unchecked Sendable {
        let body: () -> Void
    }

    /// Starts `body` on a thread of that name, of at most 15 letters.
    init(_ name: String, _ body: @escaping () -> Void) {
        let end = DispatchSemaphore(value: 0)
        let work = Work(body: body)
        let thread = Thread {
            work.body()
            end.signal()
        }
        thread.stackSize = Self.stackBytes
        thread.start()
        // Before the start there is nothing that the machine's tools could show.
        thread.name = name
        self.end = end
    }

    /// Waits for its end; once.
    func join() { end.wait() }
}
