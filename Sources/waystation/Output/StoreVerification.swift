import Broker
import Fulfillment
import Orders
import Station
import Store

/// Checks that a store keeps its promises: every order is the fold of its journal, whatever snapshot and summary say.
///
/// Each order is read in one piece, so that a worker may go on meanwhile.
struct StoreVerification {
    /// Something that does not hold, and the order it concerns.
    struct Problem {
        var order: OrderID?
        var text: String

        var json: JSONValue {
            ["role": JSONValue(order?.role), "key": JSONValue(order?.key), "text": JSONValue(text)]
        }
    }

    /// More than this many are of no help to anybody.
    static let problemsMax = 1_000
    private static let pageSize = 500

    private let reader: any StoreReader
    private(set) var problems: [Problem] = []
    private(set) var orders = 0
    private(set) var hops = 0
    private(set) var snapshots = 0
    private(set) var outbox = 0
    private(set) var parked = 0
    private(set) var failed = 0
    private(set) var inbox = 0
    private var storedCatalogs: [RoleName: [String: Bool]] = [:]

    init(_ reader: any StoreReader) { self.reader = reader }

    mutating func run() throws(StoreError) {
        for text in try reader.integrityProblems() { note(nil, "the file itself: \(text)") }
        for text in try reader.consistencyProblems(limit: Self.problemsMax) { note(nil, text) }
        inbox = try reader.statistics().inbox
        try checkOrders()
        try checkOutbox()
        try checkParked()
        try checkFailed()
    }

    private mutating func note(_ order: OrderID?, _ text: String) {
        if problems.count < Self.problemsMax { problems.append(Problem(order: order, text: text)) }
    }

    // MARK: Orders

    private mutating func checkOrders() throws(StoreError) {
        var last: Int64 = 0
        while case let page = try reader.orders(afterRow: last, limit: Self.pageSize), let end = page.last {
            for order in page {
                // An order that retention removed meanwhile is no problem.
                if let stored = try reader.history(order.id) { try check(stored) }
            }
            last = end.row
        }
    }

    private mutating func check(_ stored: StoredOrder) throws(StoreError) {
        let id = stored.record.id
        orders += 1
        hops += stored.journal.count
        for (position, hop) in stored.journal.enumerated() where hop.sequence != Int64(position + 1) {
            note(id, "the journal has a gap: entry \(position + 1) has the sequence \(hop.sequence)")
            return
        }
        do throws(JournalError) {
            let state = try OrderView(stored).state
            compare(
                HopEngine.record(state, row: stored.record.row, sequence: Int64(stored.journal.count)),
                stored.record
            )
            try compareSnapshot(of: stored, with: state)
        } catch {
            note(id, error.message)
            return
        }
        try checkCatalog(of: stored.record)
    }

    private mutating func compareSnapshot(of stored: StoredOrder, with state: OrderState) throws(JournalError)
    {
        guard let snapshot = stored.snapshot else { return }
        snapshots += 1
        let tail = stored.journal.filter { $0.sequence > snapshot.sequence }.map { ($0.at, $0.events) }
        let folded = try JournalCodec.fold(tail, onto: snapshot.state, id: stored.record.id)
        if folded != state {
            note(
                stored.record.id,
                "the snapshot of sequence \(snapshot.sequence) with what came after it is not the fold of the journal"
            )
        }
    }

    private mutating func compare(_ folded: OrderRecord, _ stored: OrderRecord) {
        guard folded != stored else { return }
        func check<Value: Equatable>(_ what: String, _ path: KeyPath<OrderRecord, Value>) {
            let (right, wrong) = (folded[keyPath: path], stored[keyPath: path])
            if right != wrong {
                note(stored.id, "the summary says \(what) \(wrong), the journal says \(right)")
            }
        }
        check("state", \.lifecycle)
        check("status", \.status)
        check("revision", \.revision)
        check("priority", \.priority)
        check("components in all", \.componentsTotal)
        check("components completed", \.componentsCompleted)
        check("components failed", \.componentsFailed)
        check("sequence", \.sequence)
        check("catalog version", \.catalogVersion)
        check("created", \.createdAt)
        check("updated", \.updatedAt)
        check("closed", \.closedAt)
    }

    /// An open order ends on the catalog version it began with, so that version must be there.
    private mutating func checkCatalog(of record: OrderRecord) throws(StoreError) {
        guard !record.lifecycle.isClosed else { return }
        let known: Bool
        if let found = storedCatalogs[record.id.role]?[record.catalogVersion] {
            known = found
        } else {
            known = try reader.catalog(role: record.id.role, version: record.catalogVersion) != nil
            storedCatalogs[record.id.role, default: [:]][record.catalogVersion] = known
        }
        if !known { note(record.id, "its catalog version \(record.catalogVersion) is not in the store") }
    }

    // MARK: Messages

    private mutating func checkOutbox() throws(StoreError) {
        var last: Int64 = 0
        do throws(StoreError) {
            while case let page = try reader.outbox(after: last, limit: Self.pageSize), let end = page.last {
                for row in page {
                    outbox += 1
                    if row.message.properties.deliveryMode != 2 {
                        note(row.order, "outbox row \(row.id) would not be published as persistent")
                    }
                    if row.destination.exchange.isEmpty && row.destination.routingKey.isEmpty {
                        note(row.order, "outbox row \(row.id) has no destination")
                    }
                }
                last = end.id
            }
        } catch {
            try noteUnreadable(error)
        }
    }

    private mutating func checkParked() throws(StoreError) {
        var last: Int64 = 0
        do throws(StoreError) {
            while case let page = try reader.parked(after: last, limit: Self.pageSize), let end = page.last {
                parked += page.count
                last = end.id
            }
        } catch {
            try noteUnreadable(error)
        }
    }

    /// That each can be read, content and headers included.
    private mutating func checkFailed() throws(StoreError) {
        var last: Int64 = 0
        do throws(StoreError) {
            while case let page = try reader.failedRecords(after: last, limit: Self.pageSize),
                let end = page.last
            {
                for record in page { _ = try reader.failedMessage(record.id) }
                failed += page.count
                last = end.id
            }
        } catch {
            try noteUnreadable(error)
        }
    }

    /// A row that cannot be read is what is looked for; a store that cannot be reached is not.
    private mutating func noteUnreadable(_ error: StoreError) throws(StoreError) {
        guard error.code == .damaged else { throw error }
        note(nil, error.message)
    }
}
