import ArgumentParser
import Broker
import Catalog

/// `waystation topology`: what the broker must have.
struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Compares the configured exchanges, queues and bindings with the broker, or declares them.",
        subcommands: [Plan.self, Apply.self]
    )

    struct Plan: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan",
            abstract:
                "Shows what `apply` would declare, and where the broker has something else; changes nothing.",
            discussion: """
                + is missing, ! exists with other arguments (RabbitMQ tells the first that differs), ? cannot be asked and \
                is declared in any case. What exists with other arguments cannot be mended by declaring: the exit code is \
                1 then.

                Examples:
                  waystation topology plan
                  waystation topology plan --exit-code || waystation topology apply
                """
        )

        @OptionGroup var options: ConfigurationOption

        @Flag(name: .long, help: "Exit with 1 also when something is only missing.")
        var exitCode = false

        @Flag(name: .long, help: "Write JSON: {broker, differences: [{kind, name, detail}]}.")
        var json = false

        func run() throws {
            try CommandFailure.reporting {
                let configuration = try options.load()
                let broker = try configuration.broker.open()
                let differences = try broker.plan(configuration.topology)
                let known = differences.filter(\.isKnown)
                if json {
                    Console.write([
                        "broker": JSONValue(broker.summary), "differences": .array(differences.map(\.json)),
                    ])
                } else {
                    for difference in differences { Console.write(difference.text.printable) }
                    if known.isEmpty {
                        Console.write("\(broker.summary) has every queue and exchange as configured.")
                    }
                }
                let conflicts = known.filter(\.isConflict)
                if !conflicts.isEmpty {
                    throw CommandFailure(conflicts: conflicts, broker: broker.summary, config: options.config)
                }
                if exitCode && !known.isEmpty {
                    throw CommandFailure(
                        .failed,
                        "\(broker.summary) lacks \(NameList.count(known.count, "queue or exchange", "queues or exchanges"))."
                    )
                }
            }
        }
    }

    struct Apply: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract:
                "Declares the configured exchanges, queues and bindings; what is there already stays as it is.",
            discussion: """
                What exists with other arguments cannot be changed by declaring: nothing is declared then, and the exit \
                code is 1.

                Example:
                  waystation topology apply --config /etc/waystation/queues.yaml
                """
        )

        @OptionGroup var options: ConfigurationOption

        @Flag(name: .long, help: "Write JSON: {broker, declared: [{kind, name, detail}]}.")
        var json = false

        func run() throws {
            try CommandFailure.reporting {
                let configuration = try options.load()
                let broker = try configuration.broker.open()
                let differences = try broker.plan(configuration.topology)
                let conflicts = differences.filter(\.isConflict)
                guard conflicts.isEmpty else {
                    for conflict in conflicts { Console.tell(conflict.text.printable) }
                    Console.tell("Nothing was declared.")
                    throw CommandFailure(conflicts: conflicts, broker: broker.summary, config: options.config)
                }
                do throws(BrokerError) {
                    try broker.apply(configuration.topology)
                } catch {
                    // Somebody was quicker, with other arguments: the broker is there all the same.
                    guard error.code != .preconditionFailed else { throw CommandFailure(.failed, "\(error)") }
                    throw CommandFailure(error)
                }
                if json {
                    Console.write([
                        "broker": JSONValue(broker.summary), "declared": .array(differences.map(\.json)),
                    ])
                    return
                }
                for difference in differences { Console.write(difference.text.printable) }
                let topology = configuration.topology
                Console.write(
                    "\(broker.summary) has \(NameList.count(topology.queues.count, "queue")), "
                        + "\(NameList.count(topology.exchanges.count, "exchange")) and "
                        + "\(NameList.count(topology.bindings.count, "binding")) as configured; "
                        + "\(differences.count { $0.isKnown }) of them new."
                )
            }
        }
    }
}

extension CommandFailure {
    /// What exists on the broker with other arguments than those configured; each was told before.
    fileprivate init(conflicts: [TopologyDifference], broker: String, config: String) {
        let what = NameList.count(conflicts.count, "queue or exchange exists", "queues or exchanges exist")
        self.init(
            .failed,
            "\(what) on \(broker) with other arguments. Correct the topology in \(config), or move the messages away and "
                + "delete what differs on the broker; then run `waystation topology apply`."
        )
    }
}
