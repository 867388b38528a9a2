import ArgumentParser
import Broker
import Catalog
import Orders
import Store

/// `waystation metrics`: what flows of messages did, and how full queues are.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Shows how many messages went well or failed, how long they took, and what waits where.",
        discussion: """
            A flow is what messages of a role's queues are about: order, update, operation; timer is what time brought, \
            expiry a message that waited in vain for its order. A message failed when a Fault told of it. Its duration is \
            from its delivery to the commit that made it last; percentiles are at most a sixteenth too high. Workers write \
            a minute once it is over, and when they stop; it is kept for `retention.metricsHours`.

            Queues are asked for at this moment. How old their messages are AMQP does not tell: the age is that of what \
            waits in our own store, owed to the queue (outbox) or taken from it before its order was known (parked).

            Examples:
              waystation metrics --last 15
              waystation metrics --role COM --by-minute
              waystation metrics --json | jq '.failures'
            """
    )

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var only: RoleOption

    @Option(name: .long, help: "Of the last so many minutes.")
    var last = 60

    @Flag(name: .long, help: "One row for each minute of each flow.")
    var byMinute = false

    @Flag(
        name: .long,
        help:
            "Write JSON: {flows: [{role, kind, ok, failed, p50Microseconds, …}], minutes: […], failures: […], queues: […]}."
    )
    var json = false

    /// A year.
    private static let minutesMax = 527_040
    /// More rows are not read.
    private static let rowsMax = 500_000

    func validate() throws {
        guard (1...Self.minutesMax).contains(last) else {
            throw ValidationError("--last takes a number of minutes from 1 to \(Self.minutesMax)")
        }
    }

    func run() throws {
        try CommandFailure.reporting {
            let configuration = try options.load()
            let role = try only.role(in: configuration)
            let reader = try configuration.openReader()
            let now = SystemClock().now()
            let rows = try reader.flows(
                since: now.advanced(bySeconds: -Int64(last) * 60),
                limit: Self.rowsMax
            )
            let flows = FlowsView(rows: rows.filter { role == nil || $0.role == role })
            let queues = QueuesView(
                configuration: configuration,
                role: role,
                waits: try reader.waits(),
                now: now,
                levels: levels(configuration)
            )
            if json {
                Console.write([
                    "flows": flows.json(), "minutes": flows.jsonByMinute(),
                    "failures": flows.jsonOfFailures(),
                    "queues": queues.json,
                ])
            } else {
                let tables = [
                    byMinute ? flows.tableByMinute() : flows.table(), flows.tableOfFailures(), queues.table,
                ]
                Console.write(tables.filter { !$0.isEmpty }.map(\.text).joined(separator: "\n\n"))
            }
        }
    }

    /// None when the broker is not there, which is told.
    private func levels(_ configuration: StationConfiguration) -> [QueueLevel] {
        let queues = configuration.topology.queues.map(\.name)
        do throws(BrokerError) {
            return try configuration.broker.open().levels(of: queues)
        } catch {
            Console.tell("how full the queues are is not known: \(error)")
            return []
        }
    }
}
