import Foundation
import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Rows of earlier versions")
struct JournalRowTests {
    /// A file of `Journals`, by lines.
    private func lines(_ name: String, _ type: String) throws -> [[UInt8]] {
        let file = try #require(
            Bundle.module.url(forResource: name, withExtension: type, subdirectory: "Journals")
        )
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }

    @Test("an event of every kind, as the first version wrote it, is read as what it was")
    func events() throws {
        let rows = try lines("events-1", "jsonl")
        for event in JournalSamples.events.dropFirst(rows.count) {
            let row = String(decoding: try JournalCodec.encode([event]), as: UTF8.self)
            Issue.record("events-1.jsonl lacks a row; when it is right, append: \(row)")
        }
        for (row, event) in zip(rows, JournalSamples.events) {
            #expect(try JournalCodec.decodeEvents(row) == [event], "\(event.kind)")
        }
    }

    @Test("whether a ticket is new is kept, and was told by its remark when records did not say it")
    func newTickets() throws {
        for (isNew, remark) in [(true, nil), (false, nil), (true, "seen by Ann"), (false, "seen by Ann")] {
            let ticket = Ticket(
                number: 2,
                failure: JournalSamples.failure,
                openedAt: .testStart,
                remark: remark,
                isNew: isNew
            )
            let row = try JournalCodec.encode([.ticketChanged(ticket)])
            #expect(try JournalCodec.decodeEvents(row) == [.ticketChanged(ticket)])

            let text = String(decoding: row, as: UTF8.self)
            let older = text.replacing(",\"isNew\":\(isNew)", with: "")
            #expect(older != text)
            var read = ticket
            read.isNew = remark == nil
            #expect(try JournalCodec.decodeEvents(Array(older.utf8)) == [.ticketChanged(read)])
        }
    }

    @Test("there is a sample of every kind of event, and so a row")
    func kinds() {
        #expect(Set(JournalSamples.events.map(\.kind)) == Set(OrderEvent.Kind.allCases))
    }

    @Test(
        "snapshots of the first version are read: of an order at its end, amid its work, and an invalid one",
        arguments: [1, 2, 3]
    )
    func snapshots(number: Int) throws {
        let row = try #require(lines("snapshot-\(number)", "json").first)
        let state = try JournalCodec.decodeState(row)
        #expect(try state == JSONDecoder().decode(OrderState.self, from: Data(row)))
        #expect(state.lifecycle == [.completed, .inProgress, .failed][number - 1])
        #expect(try JournalCodec.decodeState(JournalCodec.encode(state)) == state)
    }

    @Test("the journal of the first version leads to the state that it led to then")
    func journal() throws {
        let hops = try lines("journal-1", "tsv").map { line in
            let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
            let milliseconds = try #require(Int64(String(decoding: parts[0], as: UTF8.self)))
            return (at: Timestamp(milliseconds: milliseconds), events: Array(parts[1]))
        }
        let state = try JournalCodec.fold(hops, onto: nil, id: OrderID(role: "COM", key: "SO-16"))
        #expect(try state == JournalCodec.decodeState(#require(lines("snapshot-1", "json").first)))
        #expect(state?.lifecycle == .completed)
    }
}
