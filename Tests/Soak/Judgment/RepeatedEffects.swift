import Orders
import Store

/// What a store says took effect twice: one message, in two entries of one order's journal.
///
/// A second request or a second COMPLETE is seen in the ledgers; an update applied twice without either only here. It
/// holds while the inbox knows every message of a run: nothing is as old as what retention removes.
enum RepeatedEffects {
    /// A sentence for each.
    static func sentences(_ reader: any StoreReader) throws -> [String] {
        var sentences: [String] = []
        try reader.eachHistory { stored in
            sentences += repeated(stored.journal).map {
                "message \($0) took effect twice on \(stored.record.id)"
            }
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
