import TestSupport

/// How a worker must end whose disk has failed.
enum DiskFailure {
    /// What the worker says with its end: it can do nothing without its store.
    private static let unavailable = ChildProcess.Exit.code(69)

    /// What is wrong with another end, in words.
    static func problem(of exit: ChildProcess.Exit, after failure: String) -> String? {
        exit == unavailable ? nil : "the worker ended with \(exit) after \(failure), not with \(unavailable)"
    }
}
