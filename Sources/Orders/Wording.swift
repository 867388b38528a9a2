/// What another side calls values of an order that are called otherwise here.
///
/// A value goes by its field, such as `priority`, else by the whole path of its property, else by the name of its
/// attribute, from the second of that name on as `name#2`.
package struct Wording: Codable, Hashable, Sendable {
    package var order: [String: String]
    /// By the line's id.
    package var lines: [String: [String: String]]

    package init(order: [String: String] = [:], lines: [String: [String: String]] = [:]) {
        self.order = order
        self.lines = lines
    }

    package var isEmpty: Bool { order.isEmpty && lines.isEmpty }

    /// The words for values of a line.
    package subscript(line: LineID) -> [String: String] { lines[line.rawValue] ?? [:] }

    /// How many values are called otherwise.
    package var count: Int { lines.values.reduce(order.count) { $0 + $1.count } }
}
