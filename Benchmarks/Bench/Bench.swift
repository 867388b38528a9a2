import ArgumentParser

/// `bench`: measures the station beside its peers, how it grows, and what each stage costs.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures the station on a RabbitMQ of its own.",
        subcommands: [CompareCommand.self, GrowthCommand.self, CheckCommand.self],
        defaultSubcommand: CompareCommand.self
    )
}
