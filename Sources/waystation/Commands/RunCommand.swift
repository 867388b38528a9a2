import ArgumentParser
import Catalog
import Foundation
import Logging
import Station
import Store

/// `waystation run`: the worker.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the workers of the configuration until SIGTERM.",
        discussion: """
            On SIGTERM it takes nothing new, finishes what is in hand, and ends with exit code 0; a second Ctrl-C ends it \
            at once, and nothing is lost. A broker that is down is waited for. One process writes to a store: roles that \
            run in processes of their own have a store each.

            Examples:
              waystation run --apply-topology
              WAYSTATION_STORE=sqlite:com.db waystation run --role COM
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Option(name: .long, help: "Run this role only; may be given more than once.")
    var role: [String] = []

    @Option(name: .long, help: "Log level: debug, info, warning, error.")
    var logLevel = "info"

    @Flag(name: .long, help: "Declare the topology at start instead of waiting for `topology apply`.")
    var applyTopology = false

    func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("log level '\(logLevel)' is not known; use debug, info, warning or error")
        }
    }

    func run() throws {
        let signals = StopSignals()
        try CommandFailure.reporting {
            let loaded = try options.loadStation(roles: role)
            let running = try RunningStation(
                loaded: loaded,
                logLevel: Logger.Level(rawValue: logLevel) ?? .info
            )
            signals.onEach { running.stop() }
            if applyTopology, try !running.applyTopologyWhenReachable() { return }
            try running.run()
        }
    }
}
