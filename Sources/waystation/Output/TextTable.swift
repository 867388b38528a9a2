/// Rows in columns as wide as their widest value.
struct TextTable {
    private let headings: [String]
    private var rows: [[String]] = []
    /// Columns whose values stand at the right.
    private let numeric: Set<Int>

    private static let gap = "  "

    init(_ headings: [String], numeric: Set<Int> = []) {
        self.headings = headings
        self.numeric = numeric
    }

    mutating func add(_ values: [String]) { rows.append(values.map(\.printable)) }

    var isEmpty: Bool { rows.isEmpty }

    /// The headings and the rows; no space at the ends of lines.
    var lines: [String] {
        var widths = headings.map(\.count)
        for row in rows {
            for (column, value) in row.enumerated() where column < widths.count {
                widths[column] = max(widths[column], value.count)
            }
        }
        return ([headings] + rows).map { row in
            let cells = row.enumerated().map { column, value in
                let padding = String(
                    repeating: " ",
                    count: max(0, (column < widths.count ? widths[column] : 0) - value.count)
                )
                return numeric.contains(column) ? padding + value : value + padding
            }
            let line = cells.joined(separator: Self.gap)
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    var text: String { lines.joined(separator: "\n") }
}
