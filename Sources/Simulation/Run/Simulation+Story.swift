internal import Fulfillment
internal import Orders
internal import Store

extension Simulation {
    private static let eventCharactersMax = 400

    /// Tells what happened to each order that a violation names, hop by hop.
    func tellStories(of violations: [String]) {
        for node in nodes {
            let reader = node.disk.openReader()
            for record in reader.orders(afterRow: 0, limit: .max) {
                let key = record.id.key.base.rawValue
                let isNamed = violations.contains { text in
                    text.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.contains { $0 == key }
                }
                guard isNamed, let stored = reader.history(record.id) else { continue }
                for hop in stored.journal {
                    trace.note("\(record.id) \(hop.at) \(hop.cause) \(hop.messageID?.rawValue ?? "")")
                    let events = read(
                        record.id,
                        for: "its story",
                        { () throws(JournalError) in try JournalCodec.decodeEvents(hop.events) }
                    )
                    guard let events else {
                        trace.note("    cannot be read")
                        continue
                    }
                    for event in events {
                        trace.note("    \("\(event)".prefix(Self.eventCharactersMax))")
                    }
                }
            }
        }
    }
}
