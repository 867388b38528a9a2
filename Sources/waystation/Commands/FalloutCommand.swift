import ArgumentParser
import Fulfillment
import Orders
import Store

/// `waystation fallout`: what waits for a decision, and the decisions.
struct FalloutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fallout",
        abstract: "Lists what failed and waits for a decision, and decides it.",
        discussion: """
            An incident is opened for each component that failed and is not tried again by itself; it stops the component \
            and what depends on it. An order that was invalid from the start has one, too: retry it once the catalog is \
            corrected. So has one that follows an order which is over or not known: retry asks again, resolve goes on \
            alone. A decision on several orders is shown first and sent only with --yes. Decisions go to \
            the workers as messages, and each is told with its result.

            Examples:
              waystation fallout list --system Inventory
              waystation fallout retry TP-1001
              waystation fallout retry --code SYSTEM_SILENT --yes
              waystation fallout fix TP-1001 --set 2:CityName=Niteroi
            """,
        subcommands: [
            FalloutListCommand.self, FalloutShowCommand.self, FalloutRetryCommand.self,
            FalloutResolveCommand.self, FalloutSkipCommand.self, FalloutCompleteCommand.self,
            FalloutFixCommand.self, FalloutAbortCommand.self, FalloutAssignCommand.self,
        ]
    )
}

/// `waystation fallout list`.
struct FalloutListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists open incidents."
    )

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var selection: FalloutSelection

    @Flag(
        name: .long,
        help: "Write JSON: [{key, role, incident, failure, component, function, system, opened, retries, …}]."
    )
    var json = false

    func run() throws {
        try CommandFailure.reporting {
            let configuration = try options.load()
            let items = try selection.items(in: configuration.openReader(), configuration: configuration)
            if json {
                Console.write(.array(items.map(\.json)))
            } else if items.isEmpty {
                Console.write("Nothing waits for a decision.")
            } else {
                Console.write(items.table.text)
            }
        }
    }
}

/// `waystation fallout show`.
struct FalloutShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows open incidents with what happened and what to do."
    )

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var selection: FalloutSelection

    @Flag(name: .long, help: "Write JSON: what `list` writes.")
    var json = false

    func run() throws {
        try CommandFailure.reporting {
            let configuration = try options.load()
            let items = try selection.items(in: configuration.openReader(), configuration: configuration)
            guard !items.isEmpty else { throw CommandFailure(.failed, "no incident is open that fits") }
            if json { return Console.write(.array(items.map(\.json))) }
            Console.write(items.map(Self.report).joined(separator: "\n\n"))
        }
    }

    private static func report(_ item: FalloutItem) -> String {
        let incident = item.incident
        let failure = incident.failure
        var lines = ["Order \(item.order.id.key) of role \(item.order.id.role), incident \(incident.id)"]
        func add(_ name: String, _ value: String?) { if let value { lines.append("  \(name)  \(value)") } }
        add("code     ", "\(failure.code.rawValue) (\(failure.code.failureClass.rawValue))")
        add("their own", failure.externalCode)
        add("component", failure.component?.rawValue)
        add("line     ", failure.line?.rawValue)
        add("system   ", item.system?.rawValue)
        add("opened   ", incident.openedAt.text)
        add("retries  ", "\(incident.retries)")
        add("assigned ", incident.assignee)
        add("ticket   ", incident.ticket)
        add("happened ", failure.text)
        add("to do    ", failure.correctiveAction)
        return lines.map(\.printable).joined(separator: "\n")
    }
}
