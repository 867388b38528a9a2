import Foundation

/// Which state of the sources this is, for the report of a failing seed.
enum SourceCommit {
    /// The commit checked out in `root`; `unknown` outside of a checkout.
    static func current(root: String) -> String {
        guard let head = text("\(root)/.git/HEAD") else { return "unknown" }
        guard head.hasPrefix("ref: ") else { return String(head.prefix(12)) }
        let name = String(head.dropFirst(5))
        if let commit = text("\(root)/.git/\(name)") { return String(commit.prefix(12)) }
        let packed = text("\(root)/.git/packed-refs")?.split(separator: "\n").first { $0.hasSuffix(name) }
        return packed.map { String($0.prefix(12)) } ?? "unknown"
    }

    private static func text(_ path: String) -> String? {
        // Absent outside of a checkout.
        (try? String(contentsOfFile: path, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
