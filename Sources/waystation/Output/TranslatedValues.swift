import Fulfillment
import Orders

/// The values of an order that its sender, or a system that is asked, calls otherwise than they are called here.
struct TranslatedValues {
    /// One value, or the same one of several lines.
    struct Entry: Hashable {
        /// `nil` for the sender.
        var system: SystemName?
        /// `nil` for a value of the order itself.
        var line: LineID?
        var field: String
        var here: String
        var there: String
    }

    /// The sender's words first, then those of each system in the order of the plan.
    private(set) var entries: [Entry] = []

    /// Rows that people are shown.
    static let rowsMax = 100

    init(of order: Order, components: [PlannedComponent]) {
        let lines = Dictionary(
            order.lines.map { ($0.id.rawValue, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        if let sentAs = order.sentAs { add(sentAs, for: nil, order, lines) }
        var told: Set<Entry> = []
        for component in components {
            guard let wording = component.wording else { continue }
            // Several components of one system are told the same.
            let known = entries.count
            add(wording, for: component.system, order, lines)
            entries = entries.prefix(known) + entries[known...].filter { told.insert($0).inserted }
        }
    }

    private mutating func add(
        _ wording: Wording,
        for system: SystemName?,
        _ order: Order,
        _ lines: [String: OrderLine]
    ) {
        func add(_ words: [String: String], line: LineID?, here: (String) -> String?) {
            for (field, there) in words.sorted(by: { $0.key < $1.key }) {
                let here = here(field) ?? ""
                entries.append(Entry(system: system, line: line, field: field, here: here, there: there))
            }
        }
        add(wording.order, line: nil, here: order.value(forKey:))
        for (id, words) in wording.lines.sorted(by: { NaturalOrder.precedes($0.key, $1.key) }) {
            add(words, line: LineID(rawValue: id)) { lines[id]?.value(forKey: $0) }
        }
    }

    var json: JSONValue {
        .array(
            entries.map { entry in
                [
                    "system": JSONValue(entry.system), "line": JSONValue(entry.line),
                    "field": JSONValue(entry.field), "here": JSONValue(entry.here),
                    "there": JSONValue(entry.there),
                ]
            }
        )
    }

    /// A row for each value, which lines with the same one share; empty where nothing is called otherwise.
    var tableLines: [String] {
        guard !entries.isEmpty else { return [] }
        var rows: [Entry] = []
        var lines: [Entry: [LineID]] = [:]
        for entry in entries {
            var row = entry
            row.line = nil
            if lines[row] == nil { rows.append(row) }
            lines[row, default: []] += entry.line.map { [$0] } ?? []
        }
        var table = TextTable(["FIELD", "LINES", "HERE", "THERE", "FOR"])
        for row in rows.prefix(Self.rowsMax) {
            table.add([
                row.field, NameList.text(lines[row] ?? []), row.here, row.there,
                row.system?.rawValue ?? "the sender",
            ])
        }
        return table.lines + (rows.count > Self.rowsMax ? ["… and \(rows.count - Self.rowsMax) more"] : [])
    }
}
