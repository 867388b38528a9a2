import Broker
import Catalog
import Messages
import Orders
import Store
import Testing

@testable import Station

@Suite("What went out and what came in is known by the business process (A73)")
struct TraceTests {
    @Test(
        "Each message in the queues is kept once with the order that sent it and once with the one that took it",
        arguments: [false, true]
    )
    func everyMessage(restarts: Bool) throws {
        let station = try Loopback()
        station.restartsAfterEachGroup = restarts
        station.put(try Loopback.example("broadband/orders/triple-play.xml"), into: Loopback.intake)
        try station.runToQuiet()
        try station.expectAllComplete()

        let all = try station.orders()
        let process = try #require(all.first { $0.id.role == "COM" }?.instanceID)
        let reader = try station.reader()
        let traced = try reader.orders(instanceID: process)
        #expect(Set(traced.map(\.id)) == Set(all.map(\.id)) && traced.count > 1)

        let ours = Set(station.roles.flatMap { role in role.queues })
        var taken: [String] = []
        var sent: [String] = []
        for order in traced {
            let journal = try #require(try reader.history(order.id)).journal
            let effective = journal.compactMap { $0.queue == nil ? nil : $0.messageID?.rawValue }
            let arrived = try reader.inbox(instanceID: process).filter {
                $0.role == order.id.role && $0.orderKey == order.id.key
            }
            taken += Set(effective).union(arrived.map(\.messageID.rawValue))
            #expect(Set(effective).count == effective.count)
            for entry in journal.flatMap(\.sent.entries) {
                sent.append(entry.id.rawValue)
                let queues = station.configuration.topology.queues(of: entry.destination)
                for queue in queues {
                    let copies = station.messages(in: queue).map(\.properties).filter {
                        $0.messageID == entry.id.rawValue
                    }
                    #expect(Set(copies.map { $0.type ?? "" }) == [entry.type], "\(entry.id) in \(queue)")
                }
            }
        }
        // A process that ends before a message is confirmed puts it into its queue again.
        // A message that one of the orders sent is in the queues with an id of ours; all others came from outside.
        let inQueues = station.sent.filter { ours.contains($0.queue) }.map { Self.id($0.message) }
        #expect(taken.sorted() == Set(inQueues).sorted())
        let outside = Set(station.answered.flatMap(\.replies).compactMap(\.message.properties.messageID))
        let owed = station.sent.dropFirst().map { Self.id($0.message) }.filter { !outside.contains($0) }
        #expect(sent.sorted() == Set(owed).sorted() && sent.count > 10)
    }

    /// The id in the message where the transport has none.
    private static func id(_ message: Message) -> String {
        message.properties.messageID ?? MessageText(message.body).value("corecom:EBMID") ?? ""
    }

    @Test("Fields that hold what ends a field are kept readable")
    func controlCharacters() {
        let entry = SentMessages.Entry(id: "a\tb", type: "c\nd", destination: .queue("e"))
        let kept = SentMessages([entry, entry])
        let readable = SentMessages.Entry(id: "a b", type: "c d", destination: .queue("e"))
        #expect(kept.entries == [readable, readable])
        #expect(SentMessages(text: kept.text) == kept)
        // A mark that joins with what stands before it does not join with the end of a field.
        let joining = SentMessages.Entry(id: "\u{301}a", type: "\u{308}", destination: .queue("\u{301}"))
        #expect(SentMessages([joining, joining]).entries == [joining, joining])
        #expect(SentMessages(text: "damaged").entries.isEmpty)
        #expect(SentMessages().isEmpty && SentMessages().entries.isEmpty)
    }
}
