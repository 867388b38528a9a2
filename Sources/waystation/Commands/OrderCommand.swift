import ArgumentParser
import Catalog
import Fulfillment
import Orders
import Store

/// `waystation order`: one order with all that happened to it.
struct OrderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: "Shows an order: its lines, its components with what they wait for, and its history.",
        discussion: """
            The key is the one that `waystation orders` lists, or ROLE/KEY. Keys of provisioning orders hold slashes; \
            put keys with spaces into quotes. When several roles have an order of that key all are shown; with --json, \
            which writes one object, --role must choose. Exit code 1 when there is no such order.

            Examples:
              waystation order TP-1001
              waystation order TP-1001 --role COM --json | jq '.components[] | {id, state, dependsOn}'
              waystation order 'TP-1001/ProvisionOrder/Provisioning.Fixed/2/BundleGranularity'
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Argument(help: "The order's key.")
    var key: String

    @Option(name: .long, help: "The role whose order is meant.")
    var role: String?

    @Flag(
        name: .long,
        help:
            "Write JSON: {key, role, revision, state, status, mode, priority, lines, components, history, failures, parked, …}."
    )
    var json = false

    func run() throws {
        try CommandFailure.reporting {
            let configuration = try options.load()
            let named = try configuration.role(named: role)
            let reader = try configuration.openReader()
            let found = try find(in: reader, role: named)
            guard !found.isEmpty else { throw try notFound(in: reader, role: named) }
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
                guard let stored = try reader.history(record.id) else { continue }
                let view: OrderView
                do throws(JournalError) {
                    view = try OrderView(stored)
                } catch {
                    throw CommandFailure(
                        .failed,
                        "order \(record.id): \(error.message); run `waystation verify`"
                    )
                }
                if json { Console.write(view.json) } else { reports.append(view.report) }
            }
            if !json { Console.write(reports.joined(separator: "\n\n")) }
        }
    }

    /// The orders with exactly that key; else the one that `ROLE/KEY` names.
    private func find(in reader: any StoreReader, role: RoleName?) throws -> [OrderRecord] {
        let exact = try reader.orders(key: OrderKey(rawValue: key)).filter {
            role == nil || $0.id.role == role
        }
        guard exact.isEmpty, let slash = key.firstIndex(of: "/") else { return exact }
        let prefix = RoleName(rawValue: String(key[..<slash]))
        guard role == nil || role == prefix else { return [] }
        return try reader.orders(key: OrderKey(rawValue: String(key[key.index(after: slash)...])))
            .filter { $0.id.role == prefix }
    }

    private func notFound(in reader: any StoreReader, role: RoleName?) throws -> CommandFailure {
        var lines = [
            "there is no order with the key \(key.printable)" + (role.map { " in role \($0)" } ?? "")
        ]
        let nearest = try NearestKeys.find(key, in: reader)
        if nearest.isEmpty {
            lines.append("`waystation orders` lists those there are")
        } else {
            lines.append("did you mean:")
            lines += nearest.map {
                "  waystation order \($0.key.rawValue.printable.shellWord) --role \($0.role.rawValue.shellWord)"
            }
        }
        return CommandFailure(.failed, lines.joined(separator: "\n"))
    }
}
