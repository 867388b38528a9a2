import ArgumentParser
import Foundation

/// What every command has that asks something of an order.
struct AskingOptions: ParsableArguments {
    @Option(name: .long, help: "Who asks; it stands in the order's history. Your user name when not given.")
    var by: String?

    @Option(name: .long, help: "Why; it stands in the order's history, too.")
    var reason: String?

    @Option(name: .long, help: "Wait at most so many seconds for the worker to have done it.")
    var timeoutSeconds = 15.0

    @Flag(name: .long, help: "Write JSON: [{key, role, action, result, text, …}].")
    var json = false

    var who: String { by ?? NSUserName() }

    func validate() throws {
        guard timeoutSeconds > 0, timeoutSeconds <= 86_400 else {
            throw ValidationError("--timeout-seconds takes a number above 0, and up to 86400")
        }
        if who.isEmpty { throw ValidationError("say who asks, with --by") }
    }
}
