import ArgumentParser
import Catalog
import Orders
import Store

/// Which messages a command is about.
struct MessageSelection: ParsableArguments {
    @Argument(help: "Only the message with this id.")
    var messageID: String?

    @Option(name: .long, help: "Only messages from this queue.")
    var queue: String?

    @Option(name: .long, help: "Only messages about this order: its key.")
    var order: String?

    @Option(name: .long, help: "Only messages that failed with this code, such as MESSAGE_NOT_XML.")
    var code: String?

    @OptionGroup var only: RoleOption

    @Flag(name: .long, help: "All that fail or wait.")
    var all = false

    static let notGiven = CommandFailure(
        .usage,
        "say which: a message's id, --queue, --order, --code, or --all"
    )

    /// Whether it says which at all.
    var isGiven: Bool { messageID != nil || queue != nil || order != nil || code != nil || all }

    private static let pageSize = 500

    /// What fits, in order of its failures, parked messages last.
    func items(
        in reader: any StoreReader,
        configuration: StationConfiguration,
        states: Set<MessageState>
    ) throws -> [MessageItem] {
        let named = try only.role(in: configuration)
        var found: [MessageItem] = []
        var last: Int64 = 0
        while case let page = try reader.failedRecords(after: last, limit: Self.pageSize), let end = page.last
        {
            found += page.map { .failed($0) }.filter { states.contains($0.state) && fits($0, named) }
            last = end.id
        }
        guard states.contains(.parked) else { return found }
        last = 0
        while case let page = try reader.parked(after: last, limit: Self.pageSize), let end = page.last {
            found += page.map { .parked($0) }.filter { fits($0, named) }
            last = end.id
        }
        return try found + updatesWithin(reader, named).map { .within($0) }.filter { fits($0, named) }
    }

    private func updatesWithin(_ reader: any StoreReader, _ role: RoleName?) throws -> [UpdateWithin] {
        if let order {
            return try reader.orders(key: OrderKey(order)).flatMap { try updates(within: $0, reader) }
        }
        var found: [UpdateWithin] = []
        var row: Int64 = 0
        while case let page = try reader.orders(afterRow: row, limit: Self.pageSize), let last = page.last {
            row = last.row
            for order in page where (role == nil || order.id.role == role) && UpdateWithin.mayBe(in: order) {
                found += try updates(within: order, reader)
            }
        }
        return found
    }

    private func updates(within order: OrderRecord, _ reader: any StoreReader) throws -> [UpdateWithin] {
        // Removed by retention since it was listed.
        guard let stored = try reader.history(order.id) else { return [] }
        return try UpdateWithin.items(of: stored)
    }

    private func fits(_ item: MessageItem, _ role: RoleName?) -> Bool {
        (messageID.map { item.messageID.rawValue == $0 } ?? true)
            && (queue.map { item.queue == $0 } ?? true)
            && (order.map { item.orderKey?.rawValue == $0 } ?? true)
            && (code.map { item.code.rawValue == $0.uppercased() } ?? true)
            && (role.map { item.role == $0 } ?? true)
    }
}

/// Which states are shown.
struct MessageStates: ParsableArguments {
    @Option(
        name: .long,
        help:
            "Only this state: failed, parked, resubmitted, accepted, discarded, or all; failed and parked when not given."
    )
    var state: String?

    var states: Set<MessageState> {
        guard let state else { return [.failed, .parked] }
        return MessageState(rawValue: state).map { [$0] } ?? Set(MessageState.allCases)
    }

    func validate() throws {
        guard let state, state != "all", MessageState(rawValue: state) == nil else { return }
        let known = MessageState.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--state '\(state.printable)' is not known; known are \(known), all")
    }
}
