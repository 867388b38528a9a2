/// Lets a document with duplicate keys be parsed all the same, so that they are told beside everything else.
///
/// The parser gives up at the first mapping with a key twice. The first of the two gets a name of the same length that
/// occurs nowhere, which moves no place; its own name comes back when the tree is built.
struct RenamedKeys {
    private(set) var text: String
    private var lines: [[Unicode.Scalar]]
    private var originals: [Place: String] = [:]

    /// More duplicates than this are not followed.
    private static let renamesMax = 50
    /// A private use area: no file means anything by it.
    private static let privateUse: ClosedRange<UInt32> = 0xE000...0xF8FF

    init(_ text: String) {
        self.text = text
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    /// - Returns: Whether the key was found at that place and renamed.
    mutating func rename(_ key: String, at place: Place) -> Bool {
        let scalars = Array(key.unicodeScalars)
        guard originals.count < Self.renamesMax, !scalars.isEmpty, place.line >= 1, place.line <= lines.count
        else { return false }
        let line = lines[place.line - 1]
        var start = place.column - 1
        guard start >= 0, start < line.count else { return false }
        if line[start] == "\"" || line[start] == "'" { start += 1 }
        guard start + scalars.count <= line.count, line[start..<start + scalars.count].elementsEqual(scalars)
        else {
            return false
        }
        originals[place] = key
        lines[place.line - 1].replaceSubrange(
            start..<start + scalars.count,
            with: fresh(count: scalars.count)
        )
        var view = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { view.append("\n") }
            view.append(contentsOf: line)
        }
        text = String(view)
        return true
    }

    /// The name a key had.
    func original(_ key: String, at place: Place) -> String { originals[place] ?? key }

    private func fresh(count: Int) -> [Unicode.Scalar] {
        var number = UInt32(originals.count)
        let base = UInt32(Self.privateUse.count)
        return (0..<count).map { _ in
            let digit = number % base
            number /= base
            return Unicode.Scalar(Self.privateUse.lowerBound + digit) ?? "?"
        }
    }
}
