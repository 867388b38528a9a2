import Broker
import Foundation
import Fulfillment
import Messages
import Orders
import SQLiteStore
import Station
import Store
import Testing

extension Loopback {
    static let intake = "AIA_CRTFO_IN_JMSQ"
    static let updates = "AIA_UPDFO_IN_JMSQ"
    static let faultQueue = "AIA_ORDERFALLOUT_JMSQ"
    static let errorQueue = "AIA_ERROR_JMSQ"

    func reader() throws -> any StoreReader {
        try SQLiteReader.open(path: folder.appending(path: "store.db").path)
    }

    /// All orders of the store.
    func orders() throws -> [OrderRecord] { try reader().orders(matching: OrderFilter()) }

    func order(_ role: RoleName, _ key: OrderKey) throws -> OrderRecord? {
        try orders().first { $0.id == OrderID(role: role, key: key) }
    }

    /// An order as its whole journal tells it, whatever the snapshot holds.
    func state(_ role: RoleName, _ key: OrderKey) throws -> OrderState? {
        let id = OrderID(role: role, key: key)
        guard let stored = try reader().history(id) else { return nil }
        return try JournalCodec.fold(stored.journal.map { ($0.at, $0.events) }, onto: nil, id: id)
    }

    /// All that happened to an order, hop by hop.
    func events(_ role: RoleName, _ key: OrderKey) throws -> [OrderEvent] {
        let stored = try reader().history(OrderID(role: role, key: key))
        return try (stored?.journal ?? []).flatMap { try JournalCodec.decodeEvents($0.events) }
    }

    /// The messages that were put into a queue, in order.
    func messages(in queue: String) -> [Message] { sent.filter { $0.queue == queue }.map(\.message) }

    var faults: [MessageText] { messages(in: Self.faultQueue).map { MessageText($0.body) } }

    func counter(_ name: String) throws -> Int64 { try reader().statistics().counters[name] ?? 0 }

    /// The ids of all requests by the component they ask for.
    func requests() -> [String: [String]] {
        let asking = ["ProcessProvisioningOrderEBM", "ProcessFulfillmentOrderEBM"]
        return sent.map(\.message.properties).filter { asking.contains($0.type ?? "") }.reduce(into: [:]) {
            $0[$1.correlationID ?? "", default: []].append($1.messageID ?? "")
        }
    }

    /// Every order complete and asked for once, nothing owed, journal and summary at one.
    func expectAllComplete(
        orders count: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let all = try orders()
        if let count { #expect(all.count == count, sourceLocation: sourceLocation) }
        #expect(!all.isEmpty, sourceLocation: sourceLocation)
        for order in all {
            #expect(
                order.lifecycle == .completed,
                "\(order.id): \(order.status)",
                sourceLocation: sourceLocation
            )
        }
        try expectConsistent(sourceLocation: sourceLocation)
    }

    /// Nothing owed, summaries at one with their journals, and the store content with itself.
    func expectConsistent(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let reader = try reader()
        #expect(try reader.consistencyProblems(limit: 10) == [], sourceLocation: sourceLocation)
        #expect(try reader.statistics().outboxPending == 0, sourceLocation: sourceLocation)
        for record in try orders() {
            let state = try #require(
                try state(record.id.role, record.id.key),
                sourceLocation: sourceLocation
            )
            #expect(
                HopEngine.record(state, row: record.row, sequence: record.sequence) == record,
                sourceLocation: sourceLocation
            )
            guard let stored = try store.load(record.id) else { continue }
            let folded = try stored.state(of: record.id)
            #expect(folded == state, "snapshot and journal of \(record.id)", sourceLocation: sourceLocation)
        }
    }
}

/// What of an order must not depend on the way it went.
struct Outcome: Hashable, CustomStringConvertible {
    var lifecycle: LifecycleState
    var status: StateName
    var lines: [String]
    var components: [String]

    init(_ state: OrderState) {
        lifecycle = state.lifecycle
        status = state.status
        lines = state.lines.map { line in
            let values = line.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return "\(line.id) \(line.state) \(line.reached.sorted()) \(values)"
        }
        components = state.components.map { "\($0.id) \($0.processing) \($0.state) \($0.lineStates)" }
    }

    var description: String {
        ([lifecycle.rawValue, status.rawValue] + lines + components).joined(separator: "\n")
    }
}

extension Loopback {
    func outcomes() throws -> [OrderID: Outcome] {
        try orders().reduce(into: [:]) { outcomes, order in
            outcomes[order.id] = try state(order.id.role, order.id.key).map { Outcome($0) }
        }
    }
}

/// A message's text, looked at by element.
struct MessageText: CustomStringConvertible {
    var text: String

    init(_ body: [UInt8]) { text = String(decoding: body, as: UTF8.self) }

    /// The contents of all elements of that (prefixed) name that hold text only.
    func values(_ name: String) -> [String] {
        text.components(separatedBy: "<\(name)").dropFirst().compactMap { part in
            guard let first = part.first, first == ">" || first == " ", let start = part.firstIndex(of: ">"),
                let end = part.range(of: "</\(name)>")?.lowerBound, start < end
            else { return nil }
            return String(part[part.index(after: start)..<end])
        }
    }

    func value(_ name: String) -> String? { values(name).first }

    var code: String? { value("corecom:Code") }
    var description: String { text }
}
