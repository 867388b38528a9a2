internal import Foundation

/// Which state of the sources this is, for reports: anybody who has it can run the same again.
package enum SourceCommit {
    private static let digits = 12

    /// The commit checked out in `root`, with `-dirty` when files differ from it; `unknown` outside of a checkout.
    package static func current(root: String) -> String {
        guard let commit = git(root, "rev-parse", "--short=\(digits)", "HEAD"),
            let changes = git(root, "status", "--porcelain")
        else { return "unknown" }
        return changes.isEmpty ? commit : "\(commit)-dirty"
    }

    /// What git says there; nil when it says no.
    private static func git(_ root: String, _ arguments: String...) -> String? {
        // Code of this checkout runs already, so whoever owns it is trusted; and looking writes nothing.
        let common = ["git", "--no-optional-locks", "-c", "safe.directory=*", "-C", root]
        // Neither a machine without git nor a folder without a checkout is a failure.
        return (try? Command.run(URL(fileURLWithPath: "/usr/bin/env"), common + arguments))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
