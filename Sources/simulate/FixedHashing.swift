import Glibc

/// Dictionaries and sets have an order of their own in every process, unless the environment says otherwise: a seed
/// would not replay.
enum FixedHashing {
    private static let variable = "SWIFT_DETERMINISTIC_HASHING"

    /// Starts this program anew with the variable set, where it is not; returns when that is not needed.
    static func ensure() {
        guard getenv(variable) == nil else { return }
        setenv(variable, "1", 1)
        var arguments = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
        // Without it the run is as good; only its repetition may differ.
        print("cannot start anew with \(variable)=1; seeds may not replay")
    }
}
