import ArgumentParser
import Catalog
import Fulfillment
import Messages
import Orders
import Station

/// `waystation plan`: a dry run of an order's intake.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows how an order file would be decomposed, and what would wait for what; sends nothing.",
        discussion: """
            Needs neither broker nor store. An order that cannot be planned is told with every reason and exit code 65.

            With --revise it shows what the file would change of an order in the store, as a revision or cancellation of \
            it: the lines, what is redone and undone and in which order, and which components passed a point of no \
            return. What would be refused is told with its reason and exit code 65.

            \(AwaitedNames.help)

            Examples:
              waystation plan Examples/broadband/orders/triple-play.xml
              waystation plan order.xml --dot | dot -Tsvg > plan.svg
              waystation plan order.xml --now 2026-11-21T08:00:00Z --json
              waystation plan --revise REV-3001 Examples/broadband/orders/revisions/2-upgraded.xml
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Argument(help: "A file with one order; - is standard input.")
    var file: String

    @Option(name: .long, help: "Plan as this role; else as the first that takes the order.")
    var role: String?

    @Option(name: .long, help: "Plan the file as a revision of the order with this key, as the store has it.")
    var revise: String?

    @Option(name: .long, help: "Plan as if it were this moment, such as 2026-11-21T08:00:00Z.")
    var now: String?

    @Flag(
        name: .long,
        help:
            "Write JSON: {valid, key, role, …, components: [{id, function, system, queue, lines, dependsOn, waits, notBefore}]}."
    )
    var json = false

    @Flag(name: .long, help: "Write the dependency graph for Graphviz.")
    var dot = false

    func validate() throws {
        if json && dot { throw ValidationError("choose one of --json and --dot") }
        if revise != nil && dot { throw ValidationError("--dot draws a whole plan; leave --revise out") }
        if let now, Timestamp(text: now, zone: .utc) == nil {
            throw ValidationError(
                "--now '\(now.printable)' is no moment; write one such as 2026-11-21T08:00:00Z"
            )
        }
    }

    func run() throws {
        try CommandFailure.reporting {
            let loaded = try options.loadStation(role: role)
            let input = try OrderInput(path: file, bytesMax: loaded.configuration.limits.messageBytes)
            let read = try input.order(roles: loaded.roles)
            let runtime = loaded.roles[read.role]
            if let revise { return try showRevision(of: revise, read, runtime, input, loaded) }
            let view = try plan(draft(of: read, runtime, input).order, runtime, input)
            if json {
                Console.write(view.json)
            } else {
                Console.write(dot ? view.graph : view.text)
            }
        }
    }

    func draft(
        of file: OrderFile,
        _ runtime: RoleRuntime,
        _ input: OrderInput
    ) throws -> (order: OrderDraft, context: MessageContext) {
        do {
            let decoded = try runtime.read(file.body, from: runtime.configuration.orders.first ?? "")
            if case .order(let draft) = decoded.content { return (draft, decoded.context) }
            throw CommandFailure(.badInput, "\(input.name): \(decoded.name) is no order; send an order")
        } catch let failure as DecodingFailure {
            throw CommandFailure(.badInput, input.complaint(failure))
        }
    }

    var moment: Timestamp { now.flatMap { Timestamp(text: $0, zone: .utc) } ?? SystemClock().now() }

    private func plan(_ draft: OrderDraft, _ runtime: RoleRuntime, _ input: OrderInput) throws -> PlanView {
        let catalog = runtime.catalog.fulfillment
        let result = OrderValidation.validate(draft, catalog: catalog, linesMax: runtime.limits.linesPerOrder)
        var failures = result.failures
        if let order = result.order {
            switch Decomposer.plan(order, catalog: catalog, now: moment) {
            case .success(let plan):
                return PlanView(
                    role: runtime.role,
                    order: order,
                    plan: plan,
                    catalog: catalog,
                    warnings: result.warnings
                )
            case .failure(let failure): failures = failure.failures
            }
        }
        if json { Console.write(PlanView.json(failures, key: draft.key, role: runtime.role)) }
        let complaints = failures.map { input.complaint($0, draft: draft) }
        let count = NameList.count(failures.count, "reason")
        throw CommandFailure(
            .badInput,
            (complaints + ["order \(draft.key) cannot be planned, for \(count)"]).joined(separator: "\n")
        )
    }
}
