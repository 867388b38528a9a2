import Broker
import Foundation
import Fulfillment
import Messages
import Orders
import SQLiteStore
import Store
import Workload

/// The same hops for every stage: what one needs of the others is made beforehand.
struct StageWork {
    private let flow: RecordedFlow
    /// The hops of all orders, one of each in turn, as they meet in a station.
    private let hops: [RecordedHop]
    private let now: Timestamp
    private var storesMade = 0

    var hopCount: Int { hops.count }

    init(flow: RecordedFlow, stream: OrderStream, orders: Int, now: Timestamp) throws {
        self.flow = flow
        self.now = now
        let courses = try (0..<orders).map { try flow.run(stream.message($0, now: now), now: now) }
        var hops: [RecordedHop] = []
        for position in 0..<(courses.map(\.count).max() ?? 0) {
            for course in courses where position < course.count { hops.append(course[position]) }
        }
        self.hops = hops
    }

    /// The work of a stage, ready to run once; what it needs is not part of it.
    mutating func prepared(_ stage: String, storeFolder: URL, groupSize: Int) throws -> () throws -> Void {
        switch stage {
        case "decode": decoding()
        case "decide": deciding()
        case "encode": encoding()
        case "journal": journaling()
        default: try committing(in: storeFolder, groupSize: groupSize)
        }
    }

    private func decoding() -> () throws -> Void {
        let inputs = hops.map { hop in
            (hop.role, hop.message.body, flow.roles[hop.role].transport(hop.message, queue: hop.queue))
        }
        return { [roles = flow.roles] in
            for (role, body, transport) in inputs {
                _ = try roles[role].decoder.decode(body, transport: transport)
            }
        }
    }

    private func deciding() -> () throws -> Void {
        let inputs = hops.map { ($0.role, $0.id, $0.command) }
        return { [roles = flow.roles, now] in
            var states: [OrderID: OrderState] = [:]
            for (role, id, command) in inputs {
                // Taken out, as the station does: nobody else holds the state while it changes.
                let decision = roles[role].decider.decide(
                    command,
                    state: states.removeValue(forKey: id),
                    now: now
                )
                guard let state = decision.state else { continue }
                _ = roles[role].messages(for: decision.events, state: state, now: now)
                states[id] = state
            }
        }
    }

    private func encoding() -> () throws -> Void {
        let inputs = hops.flatMap { hop in
            zip(hop.outbound, hop.contexts).map { (hop.role, hop.id, $0, hop.after, $1) }
        }
        return { [roles = flow.roles] in
            var told: [OrderID: WrittenParts] = [:]
            for (role, id, message, state, context) in inputs {
                _ = roles[role].outgoing(
                    message,
                    state: state,
                    context: context,
                    told: Self.known(id, in: &told)
                )
            }
        }
    }

    private static func known(_ id: OrderID, in told: inout [OrderID: WrittenParts]) -> WrittenParts {
        if let known = told[id] { return known }
        let parts = WrittenParts()
        told[id] = parts
        return parts
    }

    private func journaling() -> () throws -> Void {
        let inputs = hops.map(\.events)
        return { for events in inputs where !events.isEmpty { _ = try JournalCodec.encode(events) } }
    }

    /// Groups as a station commits them, with the look into the inbox that precedes each message.
    private mutating func committing(in folder: URL, groupSize: Int) throws -> () throws -> Void {
        storesMade += 1
        let path = folder.appendingPathComponent("counts-\(storesMade).db").path
        let store = try SQLiteStore.open(path: path, clock: StandingClock(moment: now))
        var writer = HopWriter(after: try store.highWater())
        var groups: [HopGroup] = []
        for start in stride(from: 0, to: hops.count, by: groupSize) {
            var group = HopGroup()
            for hop in hops[start..<min(hops.count, start + groupSize)] {
                writer.add(hop, events: try JournalCodec.encode(hop.events), to: &group, now: now)
            }
            group.confirmedOutbox = groups.last?.outbox.map(\.id) ?? []
            groups.append(group)
        }
        return {
            for group in groups {
                for record in group.inbox {
                    _ = try store.inboxRecord(role: record.role, messageID: record.messageID)
                }
                try store.commit(group)
            }
            try store.close()
        }
    }
}

/// A clock that stands.
private struct StandingClock: WallClock {
    let moment: Timestamp
    func now() -> Timestamp { moment }
}
