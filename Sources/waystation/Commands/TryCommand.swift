import ArgumentParser
import Catalog
import Foundation
import Logging
import Orders
import Station

/// `waystation try`: the real parts on one machine, to be looked at: station, emulated systems, orders, a screen.
struct TryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract:
            "Runs the station with emulated systems and example orders on the embedded broker, visibly.",
        discussion: """
            Broker and store are files in a folder of their own. On a terminal orders go on coming until Ctrl-C, \
            otherwise it ends when every order has come to its end. A fault that no example is made for is told, and \
            the exit code is 1. From a second terminal, `waystation submit`, `orders`, `order` and `stats` reach it \
            with the addresses it prints.
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Option(name: .long, help: "Where broker and store keep their files.")
    var folder = ".waystation-try"

    @Option(name: .long, help: "Example orders.")
    var examples = "Examples/broadband/orders"

    @Option(name: .long, help: "Without a terminal: how many generated orders follow the examples.")
    var orders = 200

    @Option(name: .long, help: "Generated orders a second.")
    var rate = 20.0

    @Option(name: .long, help: "The seed that orders come from; each run has one of its own when not given.")
    var seed: UInt64?

    @Option(
        name: .long,
        help: "Without a terminal: give up when the orders have not ended after so many seconds."
    )
    var deadlineSeconds = 300

    private static let ordersMax = 1_000_000
    private static let rateMax = 10_000.0
    private static let deadlineSecondsMax = 86_400

    func validate() throws {
        guard (0...Self.ordersMax).contains(orders) else {
            throw ValidationError("--orders takes a number from 0 to \(Self.ordersMax)")
        }
        guard rate > 0, rate <= Self.rateMax else {
            throw ValidationError("--rate takes a number above 0, and up to \(Int(Self.rateMax))")
        }
        guard (1...Self.deadlineSecondsMax).contains(deadlineSeconds) else {
            throw ValidationError("--deadline-seconds takes a number from 1 to \(Self.deadlineSecondsMax)")
        }
    }

    func run() throws {
        let signals = StopSignals()
        try CommandFailure.reporting {
            try NewFolder.make(folder, remedy: "Name another with --folder, or look at the permissions")
            var environment = ProcessInfo.processInfo.environment
            environment["WAYSTATION_BROKER"] = "embedded:\(folder)/broker"
            environment["WAYSTATION_STORE"] = "sqlite:\(folder)/waystation.db"
            let loaded = try options.loadStation(environment: environment)
            let isTerminal = isatty(STDOUT_FILENO) == 1
            let tour = try Tour(
                loaded: loaded,
                folder: folder,
                config: options.config,
                feed: OrderFeed(
                    examplesFolder: examples,
                    generated: isTerminal ? nil : orders,
                    rate: rate,
                    seed: seed ?? FreshSeed.next(),
                    roles: loaded.roles
                ),
                isTerminal: isTerminal
            )
            signals.onEach { tour.stop() }
            let outcome = try tour.run(deadlineSeconds: deadlineSeconds)
            let problems = outcome.problems
            guard problems.isEmpty else {
                throw CommandFailure(.failed, problems.joined(separator: "\n"))
            }
        }
    }
}
