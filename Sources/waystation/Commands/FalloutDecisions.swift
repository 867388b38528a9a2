import ArgumentParser
import Catalog
import Fulfillment
import Orders
import Store

/// A decision about incidents.
protocol FalloutDecision: ParsableCommand {
    static var action: OrderOperation.Action { get }
    var decision: FalloutDecisionOptions { get }
    /// What the decision needs beside its incident.
    func complete(_ operation: inout OrderOperation) throws
}

extension FalloutDecision {
    func complete(_ operation: inout OrderOperation) throws {}

    func run() throws {
        try CommandFailure.reporting {
            let selection = decision.selection
            guard selection.isGiven else {
                throw CommandFailure(
                    .usage,
                    "say which: an order's key, --code, --system, --component, or --all"
                )
            }
            let configuration = try decision.options.load()
            let reader = try configuration.openReader()
            let items = try selection.items(in: reader, configuration: configuration)
            let asked =
                items.isEmpty
                ? try operationsWithoutIncident(in: reader, configuration) : try operations(items)
            guard !asked.isEmpty else {
                throw CommandFailure(.failed, "no incident is open that fits; see `waystation fallout list`")
            }
            let orders = NameList.count(Set(asked.map(\.order)).count, "order")
            let what = "\(Self.action.rawValue) for \(NameList.count(asked.count, "operation")) on \(orders)"
            guard
                decision.confirmation.isGiven(
                    isNamed: selection.key != nil,
                    otherwiseShowing: items.table,
                    what
                )
            else { return }
            try OperationRun(configuration: configuration, reader: reader, asking: decision.asking)
                .perform(asked)
        }
    }

    /// What was marked as failed is resolved without an incident, and a component that is named may be asked again
    /// although nobody opened one; whether that is possible, its worker says.
    private func operationsWithoutIncident(
        in reader: any StoreReader,
        _ configuration: StationConfiguration
    ) throws -> [AskedOfOrder] {
        let selection = decision.selection
        guard let key = selection.key, selection.incident == nil, selection.code == nil,
            selection.system == nil
        else { return [] }
        var operation = OrderOperation(
            action: Self.action,
            by: decision.asking.who,
            reason: decision.asking.reason,
            component: selection.component.map { ComponentID($0) }
        )
        try complete(&operation)
        let role = try selection.only.role(in: configuration)
        return try OrderLookup(key: key, role: role).find(in: reader)
            .filter { selection.component != nil || (Self.action == .resolve && $0.lifecycle == .failed) }
            .map { AskedOfOrder(order: $0.id, operation: operation) }
    }

    private func operations(_ items: [FalloutItem]) throws -> [AskedOfOrder] {
        var operation = OrderOperation(
            action: Self.action,
            by: decision.asking.who,
            reason: decision.asking.reason
        )
        try complete(&operation)
        // An order is aborted once, whatever is wrong with it; its values are set once, when all its incidents are meant.
        var seen: Set<OrderID> = []
        let chosen = Dictionary(items.map { ($0.order.id, 1) }, uniquingKeysWith: +)
        return items.compactMap { item in
            let isOfOrder =
                Self.action == .abort
                || (Self.action == .fix && item.incidentsOfOrder > 1
                    && chosen[item.order.id] == item.incidentsOfOrder)
            var one = operation
            if isOfOrder {
                guard seen.insert(item.order.id).inserted else { return nil }
            } else {
                one.incident = item.incident.id
            }
            return AskedOfOrder(order: item.order.id, operation: one)
        }
    }
}

/// `waystation fallout retry`.
struct FalloutRetryCommand: FalloutDecision {
    static let action = OrderOperation.Action.retry
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Asks the system again, with a request of its own."
    )

    @OptionGroup var decision: FalloutDecisionOptions
}

/// `waystation fallout resolve`.
struct FalloutResolveCommand: FalloutDecision {
    static let action = OrderOperation.Action.resolve
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "It was repaired outside: the system's report is awaited again."
    )

    @OptionGroup var decision: FalloutDecisionOptions
}

/// `waystation fallout skip`.
struct FalloutSkipCommand: FalloutDecision {
    static let action = OrderOperation.Action.skip
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Goes on without the component; what depends on it starts."
    )

    @OptionGroup var decision: FalloutDecisionOptions
}

/// `waystation fallout complete`.
struct FalloutCompleteCommand: FalloutDecision {
    static let action = OrderOperation.Action.complete
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Counts the component as done."
    )

    @OptionGroup var decision: FalloutDecisionOptions
}

/// `waystation fallout fix`.
struct FalloutFixCommand: FalloutDecision {
    static let action = OrderOperation.Action.fix
    static let configuration = CommandConfiguration(
        commandName: "fix",
        abstract: "Sets values of the order, then asks the system again."
    )

    @OptionGroup var decision: FalloutDecisionOptions

    @Option(name: .long, help: "NAME=VALUE of the order, or LINE:NAME=VALUE; may be repeated.")
    var set: [String]

    func validate() throws {
        if set.isEmpty { throw ValidationError("say what to set, with --set") }
        for text in set where Self.fix(text) == nil {
            throw ValidationError("--set '\(text.printable)' is not NAME=VALUE or LINE:NAME=VALUE")
        }
    }

    func complete(_ operation: inout OrderOperation) throws { operation.fixes = set.compactMap(Self.fix) }

    private static func fix(_ text: String) -> DataFix? {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
        let name = text[..<equals]
        let value = String(text[text.index(after: equals)...])
        guard let colon = name.firstIndex(of: ":") else { return DataFix(name: String(name), value: value) }
        let rest = name[name.index(after: colon)...]
        guard colon > name.startIndex, !rest.isEmpty else { return nil }
        return DataFix(line: LineID(String(name[..<colon])), name: String(rest), value: value)
    }
}

/// `waystation fallout abort`.
struct FalloutAbortCommand: FalloutDecision {
    static let action = OrderOperation.Action.abort
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Ends the orders at once: nothing is undone, and nothing is asked any more."
    )

    @OptionGroup var decision: FalloutDecisionOptions
}

/// `waystation fallout assign`.
struct FalloutAssignCommand: FalloutDecision {
    static let action = OrderOperation.Action.assign
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Says who looks after it."
    )

    @OptionGroup var decision: FalloutDecisionOptions

    @Option(name: .long, help: "Who looks after it.")
    var to: String

    func complete(_ operation: inout OrderOperation) throws { operation.value = to }
}
