import ArgumentParser
import Catalog
import Foundation
import Logging
import Station

/// `waystation emulate`: plays the external systems of the catalogs.
struct EmulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emulate",
        abstract:
            "Plays the external systems of the catalogs: answers their requests as their `emulate` sections say.",
        discussion: """
            For trying out and for tests; goes on until Ctrl-C or SIGTERM. Every request is answered alike when it comes \
            again, whatever chance decides.

            Examples:
              waystation emulate
              waystation emulate --role SOM --delay-milliseconds 500 --fail-per-mille 50 --seed 7
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Option(name: .long, help: "Play the systems of this role's catalog only; may be given more than once.")
    var role: [String] = []

    @Option(name: .long, help: "Milliseconds added before each reply.")
    var delayMilliseconds = 0

    @Option(name: .long, help: "Refuse this many of 1,000 requests.")
    var failPerMille = 0

    @Option(name: .long, help: "Send this many of 1,000 replies twice.")
    var duplicatePerMille = 0

    @Option(name: .long, help: "The seed that chance comes from.")
    var seed: UInt64 = 1

    /// Replies an hour late are late enough.
    private static let delayMillisecondsMax = 3_600_000

    func validate() throws {
        guard (0...Self.delayMillisecondsMax).contains(delayMilliseconds) else {
            throw ValidationError(
                "--delay-milliseconds takes a number from 0 to \(Self.delayMillisecondsMax)"
            )
        }
        guard (0...1_000).contains(failPerMille), (0...1_000).contains(duplicatePerMille) else {
            throw ValidationError("--fail-per-mille and --duplicate-per-mille take a number from 0 to 1000")
        }
    }

    func run() throws {
        let signals = StopSignals()
        try CommandFailure.reporting {
            let loaded = try options.loadStation(roles: role)
            let logger = Logger(label: "waystation.emulate") {
                LineLogHandler(label: $0, format: .text, level: .info)
            }
            let emulator = SystemEmulator(
                roles: loaded.roles,
                broker: try loaded.configuration.broker.open(),
                clock: SystemClock(),
                options: EmulationOptions(
                    extraDelayMilliseconds: delayMilliseconds,
                    failuresPerMille: failPerMille,
                    duplicatesPerMille: duplicatePerMille,
                    seed: seed
                ),
                logger: logger
            )
            guard !emulator.queues.isEmpty else {
                throw CommandFailure(
                    .badConfiguration,
                    "no system of these catalogs has an `emulate` section"
                )
            }
            logger.info("playing the systems on \(emulator.queues.joined(separator: ", "))")
            signals.onEach { emulator.stop() }
            if let problem = emulator.run() { throw problem }
        }
    }
}
