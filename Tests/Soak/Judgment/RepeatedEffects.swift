import Orders
import Store

/// What a store says took effect twice: one message, in two entries of one order's journal.
///
/// A second request or a second COMPLETE is seen in the ledgers; an update applied twice without either only here. It
/// holds while the inbox knows every message of a run: nothing is as old as what retention removes.
enum RepeatedEffects {
    private static let pageSize = 500

    /// A sentence for each.
    static func sentences(_ reader: any StoreReader) throws(StoreError) -> [String] {
        var sentences: [String] = []
        var last: Int64 = 0
        while case let page = try reader.orders(afterRow: last, limit: pageSize), let end = page.last {
            for order in page {
                guard let stored = try reader.history(order.id) else { continue }
                sentences += repeated(stored.journal).map { "message \($0) took effect twice on \(order.id)" }
            }
            last = end.row
        }
        return sentences
    }

    private static func repeated(_ journal: [JournalRecord]) -> [MessageID] {
        var seen: Set<MessageID> = []
        return journal.compactMap { entry in
            // What an order's timers cause goes back to the message that set them.
            guard let id = entry.messageID, entry.cause != "timer" else { return nil }
            return seen.insert(id).inserted ? nil : id
        }
    }
}
