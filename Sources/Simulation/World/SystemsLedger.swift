internal import Fulfillment
internal import Messages
internal import Orders

/// A component as requests name it, and which of the requests for it this is.
struct AskedComponent: Hashable {
    var role: RoleName
    var order: OrderKey
    /// Its name without the number of the request.
    var component: String
    var number: Int

    /// Reads a correlation as the station writes it: `ORDER_COMPONENT~NUMBER`; the number is absent of the first.
    init?(_ correlation: String, role: RoleName) {
        // An order of the second role names a component of the first in its key.
        guard let mark = correlation.lastIndex(of: "_") else { return nil }
        var name = correlation[correlation.index(after: mark)...]
        number = 1
        if let tilde = name.lastIndex(of: "~"), let count = Int(name[name.index(after: tilde)...]) {
            number = count
            name = name[..<tilde]
        }
        self.role = role
        order = OrderKey(rawValue: String(correlation[..<mark]))
        component = String(name)
    }

    /// The same whichever request it is.
    var place: String { "\(role) \(order) \(component)" }
}

/// What systems hold of each component that they were asked for, as their requests alone tell it.
struct SystemsLedger {
    /// Names and attribute values by line.
    typealias Content = [String: [String]]

    private(set) var held: [String: Content] = [:]
    private var lastNumber: [String: Int] = [:]

    /// A request reaches its system; one that was overtaken by a later one changes nothing any more.
    mutating func take(_ request: FulfillmentRequest, _ asked: AskedComponent, isDone: Bool) {
        guard asked.number >= lastNumber[asked.place] ?? 0 else { return }
        lastNumber[asked.place] = asked.number
        if isDone { carryOut(request, asked) }
    }

    func isLast(_ asked: AskedComponent) -> Bool { lastNumber[asked.place] == asked.number }

    mutating func repair(_ request: FulfillmentRequest, _ asked: AskedComponent) { carryOut(request, asked) }

    private mutating func carryOut(_ request: FulfillmentRequest, _ asked: AskedComponent) {
        held[asked.place] = request.execution == .undo ? nil : Self.content(of: request.order)
    }

    static func content(of draft: OrderDraft) -> Content {
        Dictionary(
            draft.lines.map { ($0.id ?? "", values($0.name, $0.attributes)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    static func content(of lines: [OrderLine]) -> Content {
        Dictionary(
            lines.map { ($0.id.rawValue, values($0.name, $0.attributes)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private static func values(_ name: String?, _ attributes: [LineAttribute]) -> [String] {
        [name ?? ""] + attributes.map { "\($0.name)=\($0.value)" }.sorted()
    }
}
