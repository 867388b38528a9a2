import ArgumentParser
import Broker
import Catalog
import Foundation

/// `waystation check`: everything that is wrong with configuration and catalogs, at once.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Checks the configuration with all its catalogs and tells everything that is wrong with them.",
        discussion: """
            Each finding is `file:line:column: what is wrong; what would be right`. Exit code 78 when there is an error; \
            warnings alone do not fail. Needs neither broker nor store.

            Examples:
              waystation check
              waystation check --config /etc/waystation/queues.yaml --json
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Flag(
        name: .long,
        help:
            "Write JSON: {valid, errors, warnings, diagnostics: [{severity, file, line, column, message, suggestion}], station}."
    )
    var json = false

    func run() throws {
        try CommandFailure.reporting {
            let check = StationCheck.whole(
                path: options.config,
                environment: ProcessInfo.processInfo.environment
            )
            let errors = check.diagnostics.count { $0.severity == .error }
            let warnings = check.diagnostics.count - errors
            let summary =
                try check.hasErrors
                ? nil
                : check.configuration.map { configuration in
                    ConfigurationSummary(
                        configuration: configuration,
                        catalogs: check.catalogs,
                        broker: try configuration.broker.open().summary
                    )
                }
            if json {
                Console.write([
                    "valid": .boolean(!check.hasErrors), "errors": JSONValue(errors),
                    "warnings": JSONValue(warnings),
                    "diagnostics": .array(check.diagnostics.map(\.json)), "station": summary?.json ?? .null,
                ])
            } else {
                for diagnostic in check.diagnostics { Console.tell(diagnostic.description.printable) }
                if let summary { Console.write(summary.text) }
            }
            if check.hasErrors {
                throw CommandFailure(
                    .badConfiguration,
                    "\(NameList.count(errors, "error")), \(NameList.count(warnings, "warning"))"
                )
            }
        }
    }
}

extension Diagnostic {
    var json: JSONValue {
        [
            "severity": JSONValue(severity), "file": JSONValue(file), "line": JSONValue(line),
            "column": JSONValue(column),
            "message": JSONValue(message), "suggestion": JSONValue(suggestion),
        ]
    }
}
