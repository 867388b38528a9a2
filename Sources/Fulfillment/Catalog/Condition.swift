package import Orders

/// A question about a line of an order, as a catalog asks it.
package indirect enum Condition: Sendable, Hashable {
    case always
    /// The value under that name is one of these.
    case isOneOf(name: String, values: Set<String>)
    /// There is a value under that name.
    case isPresent(name: String)
    /// The value is a number within these bounds; no number is not within them.
    case isWithin(name: String, atLeast: Double?, atMost: Double?)
    /// The value matches: `*` stands for any text.
    case isLike(name: String, pattern: String)
    case not(Condition)
    case all([Condition])
    case any([Condition])

    /// Whether it holds for a line.
    package func holds(for subject: ConditionSubject) -> Bool {
        switch self {
        case .always: true
        case .isOneOf(let name, let values):
            name == "pattern"
                ? subject.patterns.contains { values.contains($0.rawValue) }
                : subject.value(name).map { values.contains($0) } ?? false
        case .isPresent(let name): subject.value(name) != nil
        case .isWithin(let name, let atLeast, let atMost):
            subject.value(name).flatMap(Self.number).map { number in
                (atLeast.map { number >= $0 } ?? true) && (atMost.map { number <= $0 } ?? true)
            } ?? false
        case .isLike(let name, let pattern):
            subject.value(name).map { WildcardPattern(pattern).matches($0) } ?? false
        case .not(let condition): !condition.holds(for: subject)
        case .all(let conditions): conditions.allSatisfy { $0.holds(for: subject) }
        case .any(let conditions): conditions.contains { $0.holds(for: subject) }
        }
    }

    /// The name under which it wants a number and finds something else; `nil` where it can be answered.
    func nameWithoutNumber(for subject: ConditionSubject) -> String? {
        switch self {
        case .isWithin(let name, _, _):
            subject.value(name).flatMap { Self.number($0) == nil ? name : nil }
        case .not(let condition): condition.nameWithoutNumber(for: subject)
        case .all(let conditions), .any(let conditions):
            conditions.lazy.compactMap { $0.nameWithoutNumber(for: subject) }.first
        case .always, .isOneOf, .isPresent, .isLike: nil
        }
    }

    private static func number(_ text: String) -> Double? { Double(text).flatMap { $0.isNaN ? nil : $0 } }

    /// Every name it asks for, so that a check can compare them with what is known.
    package var names: Set<String> {
        switch self {
        case .always: []
        case .isOneOf(let name, _), .isPresent(let name), .isWithin(let name, _, _), .isLike(let name, _):
            [name]
        case .not(let condition): condition.names
        case .all(let conditions), .any(let conditions):
            conditions.reduce(into: []) { $0.formUnion($1.names) }
        }
    }
}

/// What a condition looks at: a line with its order.
///
/// A name is looked up in this order: built-in name, line property, line attribute, order property. The last
/// part of a path is enough (`CityName` for `ServiceAddress/CityName`); `order.` in front skips the line.
package struct ConditionSubject: Sendable {
    package var order: Order
    package var line: OrderLine?
    /// The line's pattern and the patterns it inherits from.
    package var patterns: [PatternName]

    package init(order: Order, line: OrderLine?, patterns: [PatternName] = []) {
        self.order = order
        self.line = line
        self.patterns = patterns
    }

    /// The names every order and line has an answer for.
    package static let builtInNames: Set<String> = [
        "action", "productClass", "type", "name", "line", "quantity", "pattern", "mode", "priority", "source",
        "orderType", "account", "order", "revision",
    ]

    package func value(_ name: String) -> String? {
        if name.hasPrefix("order.") { return orderValue(String(name.dropFirst(6))) }
        if let line {
            switch name {
            case "action": return line.action.rawValue
            case "productClass": return line.productClass
            case "type": return line.type
            case "name": return line.name
            case "line": return line.id.rawValue
            case "quantity": return line.quantity
            case "pattern": return patterns.first?.rawValue
            default: break
            }
            if let value = Self.find(name, in: line.properties) { return value }
            // An empty attribute is none.
            if let value = line.attributes.first(where: { $0.name == name && !$0.value.isEmpty })?.value {
                return value
            }
        }
        return orderValue(name)
    }

    private func orderValue(_ name: String) -> String? {
        switch name {
        case "mode": order.mode.rawValue
        case "priority": String(order.priority.value)
        case "source": order.source
        case "orderType", "type": order.type
        case "account": order.accountID
        case "order": order.key.rawValue
        case "revision": String(order.revision)
        default: Self.find(name, in: order.properties)
        }
    }

    /// By whole path, else by the path's last part; where several end alike the first in the order of text
    /// decides.
    private static func find(_ name: String, in properties: [String: String]) -> String? {
        if let value = properties[name] { return value }
        let suffix = "/" + name
        return properties.keys.filter { $0.hasSuffix(suffix) }.min().flatMap { properties[$0] }
    }
}

/// A text in which `*` stands for any characters.
package struct WildcardPattern: Sendable, Hashable {
    private let parts: [[UInt8]]

    package init(_ text: String) {
        parts = text.utf8.split(separator: 42, omittingEmptySubsequences: false).map(Array.init)
    }

    package func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = parts.first, let last = parts.last else { return bytes.isEmpty }
        if parts.count == 1 { return bytes == first }
        guard bytes.count >= first.count + last.count, bytes.starts(with: first),
            bytes.suffix(last.count).elementsEqual(last)
        else { return false }
        var rest = bytes[first.count..<bytes.count - last.count]
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.indices.first(where: { rest[$0...].starts(with: part) }) else {
                return false
            }
            rest = rest[(found + part.count)...]
        }
        return true
    }
}
