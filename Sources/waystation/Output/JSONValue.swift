import Orders

/// What a command writes with `--json`: fields sorted by name, absent values as `null`, times as ISO 8601 in UTC.
enum JSONValue: Equatable {
    case object([String: JSONValue])
    case array([JSONValue])
    case text(String)
    case number(Int64)
    case boolean(Bool)
    case null

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ value: (some RawRepresentable<String>)?) { self = value.map { .text($0.rawValue) } ?? .null }
    init(_ time: Timestamp?) { self = time.map { .text($0.text) } ?? .null }
    init(_ number: some BinaryInteger) { self = .number(Int64(clamping: number)) }
    init(_ values: some Sequence<some RawRepresentable<String>>) {
        self = .array(values.map { .text($0.rawValue) })
    }

    /// The value as text, indented for people.
    var text: String {
        var result = ""
        write(to: &result, indent: 0)
        return result
    }

    private func write(to result: inout String, indent: Int) {
        switch self {
        case .object(let fields):
            let sorted = fields.sorted { $0.key < $1.key }
            Self.write(sorted, brackets: ("{", "}"), to: &result, indent: indent) { field, result in
                result += JSONText.quoted(field.key) + ": "
                field.value.write(to: &result, indent: indent + 1)
            }
        case .array(let values):
            Self.write(values, brackets: ("[", "]"), to: &result, indent: indent) { value, result in
                value.write(to: &result, indent: indent + 1)
            }
        case .text(let text): result += JSONText.quoted(text)
        case .number(let number): result += String(number)
        case .boolean(let value): result += value ? "true" : "false"
        case .null: result += "null"
        }
    }

    private static func write<Element>(
        _ elements: [Element],
        brackets: (open: String, close: String),
        to result: inout String,
        indent: Int,
        _ body: (Element, inout String) -> Void
    ) {
        result += brackets.open
        for (position, element) in elements.enumerated() {
            result += position == 0 ? "\n" : ",\n"
            result += String(repeating: "  ", count: indent + 1)
            body(element, &result)
        }
        if !elements.isEmpty { result += "\n" + String(repeating: "  ", count: indent) }
        result += brackets.close
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { $1 })
    }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(integerLiteral value: Int64) { self = .number(value) }
    init(nilLiteral: ()) { self = .null }
}
