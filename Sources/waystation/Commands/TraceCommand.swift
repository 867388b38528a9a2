import ArgumentParser
import Catalog
import Fulfillment
import Orders
import Store

/// `waystation trace INSTANCE_ID`: every message of a business process, end to end.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Tells every message in and out of all orders of a business process, in order of time.",
        discussion: """
            The InstanceID is that of the BusinessProcess scope in the header of the order's message; where it has none, \
            the id of that message. Orders made of an order carry it on. `waystation order KEY` shows an order's; \
            an order that was revised has that of its newest revision. Works beside a running worker, and reads all \
            orders and the memory of seen messages for it. Exit code 1 when no order has it.

            Examples:
              waystation trace b2a94c7e-1d53-4f6a-8e21-000000000003
              waystation trace --order TP-1001 --json | jq '.messages[] | {at, role, direction, type, id, queue}'
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Argument(help: "The InstanceID of the business process.")
    var instanceID: String?

    @Option(name: .long, help: "A key of an order, or ROLE/KEY, in place of the InstanceID.")
    var order: String?

    @Flag(
        name: .long,
        help:
            "Write JSON: {instanceId, orders, messages: [{at, role, order, direction: in|out, type, id, queue, result|cause}]}."
    )
    var json = false

    func validate() throws {
        guard (instanceID == nil) != (order == nil) else {
            throw ValidationError("name an InstanceID, or an order with --order")
        }
    }

    func run() throws {
        try CommandFailure.reporting {
            let reader = try options.load().openReader()
            let trace: ProcessTrace
            if let order {
                trace = try Self.trace(ofOrder: order, in: reader)
            } else {
                trace = try ProcessTrace(instanceID ?? "", in: reader)
            }
            guard !trace.orders.isEmpty else {
                throw CommandFailure(
                    .failed,
                    "no order belongs to a business process with the InstanceID \(trace.instanceID.printable); "
                        + "`waystation order KEY` shows an order's"
                )
            }
            if json { Console.write(trace.json) } else { Console.write(trace.report) }
        }
    }

    private static func trace(ofOrder key: String, in reader: any StoreReader) throws -> ProcessTrace {
        let found = try OrderLookup(key: key).find(in: reader)
        var processes: [String] = []
        // One that has not changed since stores keep the InstanceID has it in its journal only.
        for record in found {
            guard
                let process = try record.instanceID
                    ?? OrderView.read(record.id, in: reader)?.state.origin.processID
            else { continue }
            processes.append(process)
        }
        guard let process = processes.uniqued.first, processes.uniqued.count == 1 else {
            throw CommandFailure(
                .usage,
                "orders of this key belong to the business processes \(processes.uniqued.joined(separator: ", ").printable); "
                    + "name one of them, or the order as ROLE/KEY"
            )
        }
        return try ProcessTrace(process, in: reader, known: found)
    }
}
