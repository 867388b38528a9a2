import ArgumentParser
import Catalog
import Fulfillment
import Orders
import Store

/// `waystation order KEY`: one order with all that happened to it.
struct OrderShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows an order: its lines, its components with what they wait for, and its history.",
        discussion: """
            The key is the one that `waystation orders` lists, or ROLE/KEY. Keys of provisioning orders hold slashes; \
            put keys with spaces into quotes. When several roles have an order of that key all are shown; with --json, \
            which writes one object, --role must choose. Exit code 1 when there is no such order.

            \(AwaitedNames.help)

            Examples:
              waystation order TP-1001
              waystation order TP-1001 --role COM --json | jq '.components[] | {id, state, dependsOn}'
              waystation order 'TP-1001/ProvisionOrder/Provisioning.Fixed/2/BundleGranularity'
            """
    )

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var order: OrderNaming

    @Flag(
        name: .long,
        help:
            "Write JSON: {key, role, revision, state, group, status, mode, priority, lines, components, history, failures, parked, …}."
    )
    var json = false

    func run() throws {
        try CommandFailure.reporting {
            let configuration = try options.load()
            let lookup = try order.lookup(in: configuration)
            let reader = try configuration.openReader()
            let found = try lookup.find(in: reader)
            guard !json || found.count == 1 else {
                let roles = found.map(\.id.role.rawValue).joined(separator: ", ")
                throw CommandFailure(
                    .usage,
                    "the roles \(roles) have an order of this key; choose one with --role"
                )
            }
            var reports: [String] = []
            for record in found {
                // Removed by retention since it was listed.
                guard var view = try OrderView.read(record.id, in: reader) else { continue }
                try view.readStates(in: reader)
                if json { Console.write(view.json) } else { reports.append(view.report) }
            }
            if !json { Console.write(reports.joined(separator: "\n\n")) }
        }
    }
}
