import ArgumentParser
import Catalog
import Fulfillment
import Orders
import Store

/// `waystation orders`: a list of orders.
struct OrdersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Lists orders, those that changed last first; also beside a running worker.",
        discussion: """
            States are those of the order life cycle: \(LifecycleText.known). Case, spaces, hyphens and underscores make \
            no difference.

            Examples:
              waystation orders --state in-progress
              waystation orders --state failed --since 2h --role COM
              waystation orders --locked
              waystation orders --deleted
              waystation orders --json | jq -r '.[] | select(.components.failed > 0) | .key'
            """
    )

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var only: RoleOption

    @Option(name: .long, help: "Only orders in this state.")
    var state: String?

    @Option(
        name: .long,
        help:
            "Only orders that changed since a moment (2026-11-21T08:00:00Z) or for so long (90s, 10m, 2h, 1d)."
    )
    var since: String?

    @Flag(name: .long, help: "Only orders that an open incident has locked (`containment: order`).")
    var locked = false

    @Flag(
        name: .long,
        help:
            "Orders that are gone, the last first: who deleted each, or that its time was over; when and why."
    )
    var deleted = false

    @Option(name: .long, help: "Orders at most.")
    var limit = 100

    @Flag(
        name: .long,
        help:
            "Write JSON: [{key, role, revision, state, status, priority, components: {total, completed, failed}, created, updated, closed}]."
    )
    var json = false

    private static let limitMax = 1_000_000

    func validate() throws {
        if let state, LifecycleText.state(state) == nil {
            throw ValidationError("state '\(state.printable)' is not known; known are \(LifecycleText.known)")
        }
        if let since, MomentText.moment(since, now: SystemClock().now()) == nil {
            throw ValidationError("--since '\(since.printable)' is no time; \(MomentText.examples)")
        }
        if deleted, state != nil || since != nil || locked {
            throw ValidationError("--deleted lists orders that are gone; only --role and --limit go with it")
        }
        guard (1...Self.limitMax).contains(limit) else {
            throw ValidationError("--limit takes a number from 1 to \(Self.limitMax)")
        }
    }

    func run() throws {
        try CommandFailure.reporting {
            let configuration = try options.load()
            let named = try only.role(in: configuration)
            let reader = try configuration.openReader()
            if deleted { return try listDeleted(reader, named) }
            // One more than asked for tells whether there are more.
            let filter = OrderFilter(
                lifecycle: state.flatMap(LifecycleText.state),
                role: named,
                updatedSince: since.flatMap { MomentText.moment($0, now: SystemClock().now()) },
                limit: locked ? Self.limitMax : limit + 1
            )
            var orders = try reader.orders(matching: filter)
            if locked { orders = try lockedOrders(among: orders, reader) }
            let isCut = orders.count > limit
            if isCut { orders.removeLast() }
            if json {
                Console.write(.array(orders.map(\.json)))
            } else if orders.isEmpty {
                Console.write("No orders\(isFiltered || named != nil ? " match" : " yet").")
            } else {
                Console.write(orders.table.text)
            }
            if isCut { Console.tell("there are more; --limit \(limit * 10) shows more of them") }
        }
    }

    private func listDeleted(_ reader: any StoreReader, _ role: RoleName?) throws {
        var orders = try reader.deletedOrders(key: nil, role: role, limit: limit + 1)
        let isCut = orders.count > limit
        if isCut { orders.removeLast() }
        if json {
            Console.write(.array(orders.map(\.json)))
        } else {
            Console.write(orders.isEmpty ? "No orders were deleted." : orders.table.text)
        }
        if isCut { Console.tell("there are more; --limit \(limit * 10) shows more of them") }
    }

    private var isFiltered: Bool { state != nil || since != nil || locked }

    /// Whether an order is locked stands in its journal: that of those which may be is read.
    private func lockedOrders(
        among orders: [OrderRecord],
        _ reader: any StoreReader
    ) throws -> [OrderRecord] {
        var found: [OrderRecord] = []
        for order in orders where FalloutItem.mayHave(order) && !order.lifecycle.isClosed {
            // Removed by retention since it was listed.
            guard found.count <= limit, let stored = try reader.history(order.id) else { continue }
            if try FalloutItem.items(of: stored).contains(where: { $0.incident.locksOrder ?? false }) {
                found.append(order)
            }
        }
        return found
    }
}
