import ArgumentParser
import Catalog
import Store

/// `waystation stats`: counts.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract:
            "Counts hops, duplicates, what is still owed, parked messages, timers, and failures by code.",
        discussion: """
            Counters are kept with the orders: they are exact, survive restarts, and can be read beside a running worker.

            Examples:
              waystation stats
              waystation stats --json | jq '.errors'
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Flag(
        name: .long,
        help:
            "Write JSON: {hops, duplicates, published, outboxPending, oldestOutboxAt, parked, timers, inbox, orders, errors, …}."
    )
    var json = false

    func run() throws {
        try CommandFailure.reporting {
            let view = StatisticsView(statistics: try options.load().openReader().statistics())
            if json { Console.write(view.json) } else { Console.write(view.text) }
        }
    }
}
