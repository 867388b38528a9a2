/// What was published on one channel and is not answered yet.
///
/// The broker numbers the publications of a channel from 1 and answers by number, alone or "all up to"; it gives back
/// an unroutable message without its number, and confirms it afterward.
package struct ConfirmWindow: Sendable {
    private enum Entry {
        case unanswered(Publication)
        case returned
        case answered
    }

    /// Entries from `lowestTag` on; those before `head` are answered and wait for removal in bulk.
    private var entries: [Entry] = []
    private var head = 0
    private var lowestTag: UInt64 = 1
    private var identifiers: Set<Int64> = []

    package init() {}

    /// Publications without an answer.
    package var unanswered: Int { identifiers.count }
    package var isEmpty: Bool { identifiers.isEmpty }
    /// The tag the next publication gets.
    package var nextTag: UInt64 { lowestTag + UInt64(entries.count - head) }

    /// Where unanswered publications went.
    package var unansweredExchanges: Set<String> {
        var exchanges: Set<String> = []
        for case .unanswered(let publication) in entries[head...] {
            exchanges.insert(publication.destination.exchange)
        }
        return exchanges
    }

    /// Publications without an answer, in the order of sending.
    package var unansweredPublications: [Publication] {
        entries[head...].compactMap { if case .unanswered(let publication) = $0 { publication } else { nil } }
    }

    /// Whether this publication waits for its answer already.
    package func contains(id: Int64) -> Bool { identifiers.contains(id) }

    /// Notes one more publication, in the order of sending; false when its id waits already and must not be sent again.
    package mutating func append(_ publication: Publication) -> Bool {
        guard identifiers.insert(publication.id).inserted else { return false }
        entries.append(.unanswered(publication))
        return true
    }

    /// Answers one tag, or all up to it, and appends the ids this settles; an answer for a returned one settles nothing.
    ///
    /// Returns false when the tag was never given out: the peer is not to be trusted any more.
    package mutating func answer(tag: UInt64, multiple: Bool, into settled: inout [Int64]) -> Bool {
        // Tag 0 with `multiple` means "everything so far".
        let last = tag == 0 && multiple ? nextTag - 1 : tag
        guard last < nextTag, tag > 0 || multiple else { return false }
        guard last >= lowestTag else { return true }
        let end = head + Int(last - lowestTag)
        for index in (multiple ? head : end)...end {
            if case .unanswered(let publication) = entries[index] {
                identifiers.remove(publication.id)
                settled.append(publication.id)
            }
            entries[index] = .answered
        }
        dropAnswered()
        return true
    }

    /// Marks the oldest unanswered publication that fits as returned, and gives its id; nil when none fits.
    package mutating func markReturned(where fits: (Publication) -> Bool) -> Int64? {
        for index in head..<entries.count {
            guard case .unanswered(let publication) = entries[index], fits(publication) else { continue }
            entries[index] = .returned
            identifiers.remove(publication.id)
            return publication.id
        }
        return nil
    }

    private mutating func dropAnswered() {
        while head < entries.count, case .answered = entries[head] {
            head += 1
            lowestTag += 1
        }
        if head == entries.count {
            entries.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 256, head * 2 >= entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }
}
