import ArgumentParser

/// The command line; one command a file.
@main
struct Waystation: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waystation",
        abstract:
            "A store-and-forward station for orders: takes them in, drives their plans, tells how they stand.",
        discussion: """
            Environment: WAYSTATION_CONFIG names the configuration file where --config does not; WAYSTATION_BROKER and \
            WAYSTATION_STORE take the place of the broker's and the store's address in it.

            Exit codes: 0 done, 1 failed, 64 usage, 65 bad input, 69 broker or store not reachable, 78 bad configuration.
            """,
        version: "0.1.0",
        subcommands: [
            RunCommand.self, SubmitCommand.self, OrdersCommand.self, OrderCommand.self, TraceCommand.self,
            FalloutCommand.self, MessagesCommand.self, PlanCommand.self,
            CheckCommand.self, TopologyCommand.self, VerifyCommand.self, StatsCommand.self,
            MetricsCommand.self,
            EmulateCommand.self,
            TryCommand.self,
        ]
    )
}
