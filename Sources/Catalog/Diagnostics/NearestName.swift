/// Finds the known name that a misspelled one most likely meant.
enum NearestName {
    /// Names longer than this are not compared.
    static let comparedBytesMax = 128
    /// So many known names are listed when none is near.
    static let listedMax = 12

    /// The nearest known name, when it is near enough to be meant: a third of its letters may be wrong.
    static func nearest(to name: String, among known: some Collection<String>) -> String? {
        let wanted = folded(name)
        guard wanted.count <= comparedBytesMax else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in known {
            let letters = folded(candidate)
            guard letters.count <= comparedBytesMax else { continue }
            let found = distance(wanted, letters)
            guard found <= max(1, max(wanted.count, letters.count) / 3) else { continue }
            if best.map({ (found, candidate) < ($0.distance, $0.name) }) ?? true { best = (found, candidate) }
        }
        return best?.name
    }

    /// The known name that one among many possible ones is so near to that it must be a slip: `nil` when it is known,
    /// a path, or far enough from all of them.
    static func misspelled(_ name: String, among known: some Collection<String>) -> String? {
        guard !known.contains(name), !name.contains("/"), let meant = nearest(to: name, among: known) else {
            return nil
        }
        let wanted = folded(meant)
        let distance = distance(folded(name), wanted)
        let isSlip =
            distance == 0 || (wanted.count >= 5 && distance == 1) || (wanted.count >= 8 && distance == 2)
        return isSlip ? meant : nil
    }

    /// What would be right: the nearest name, or the known ones.
    static func suggestion(for name: String, among known: some Collection<String>, kind: String) -> String {
        if let nearest = nearest(to: name, among: known) { return "did you mean '\(nearest)'?" }
        guard !known.isEmpty else { return "this file defines no \(kind)" }
        let sorted = known.sorted()
        let listed = sorted.prefix(listedMax).map { "'\($0)'" }.joined(separator: ", ")
        return "known: " + listed + (sorted.count > listedMax ? ", …" : "")
    }

    /// Edits between two texts: letters inserted, removed, replaced, or two neighbors exchanged.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + Array(repeating: 0, count: right.count)
            for column in 1...right.count {
                let same = left[row - 1] == right[column - 1]
                var best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1]
                {
                    best = min(best, beforeLast[column - 2] + 1)
                }
                current[column] = best
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }

    /// Case, space, hyphen and underscore make no difference to what was meant.
    static func folded(_ text: String) -> [UInt8] {
        text.lowercased().utf8.filter { $0 != 32 && $0 != 95 && $0 != 45 }
    }
}
