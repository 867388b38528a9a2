import ArgumentParser
import Catalog

/// `waystation verify`: whether the store keeps its promises.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Checks every order against its journal, and inbox, outbox and file for damage; changes nothing.",
        discussion: """
            For every order, the fold of its journal must be what snapshot and summary say. Works beside a running worker. \
            Exit code 1 when anything does not hold.

            Examples:
              waystation verify
              waystation verify --json | jq '.problems'
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Flag(
        name: .long,
        help:
            "Write JSON: {ok, orders, hops, snapshots, outbox, parked, inbox, problems: [{role, key, text}]}."
    )
    var json = false

    func run() throws {
        try CommandFailure.reporting {
            var verification = StoreVerification(try options.load().openReader())
            try verification.run()
            let problems = verification.problems
            if json {
                Console.write([
                    "ok": .boolean(problems.isEmpty), "orders": JSONValue(verification.orders),
                    "hops": JSONValue(verification.hops), "snapshots": JSONValue(verification.snapshots),
                    "outbox": JSONValue(verification.outbox), "parked": JSONValue(verification.parked),
                    "failed": JSONValue(verification.failed),
                    "inbox": JSONValue(verification.inbox), "problems": .array(problems.map(\.json)),
                ])
            } else {
                for problem in problems {
                    let order = problem.order.map { "order \($0): " } ?? ""
                    Console.write((order + problem.text).printable)
                }
                let counts = [
                    NameList.count(verification.orders, "order"),
                    NameList.count(verification.hops, "journal entry", "journal entries"),
                    NameList.count(verification.snapshots, "snapshot"),
                    NameList.count(verification.outbox, "outbox message"),
                    NameList.count(verification.parked, "parked message"),
                    NameList.count(verification.failed, "failed message"),
                    NameList.count(verification.inbox, "inbox record"),
                ]
                let verdict =
                    problems.isEmpty ? "everything holds" : NameList.count(problems.count, "problem")
                Console.write("\(counts.joined(separator: ", ")): \(verdict).")
            }
            guard problems.isEmpty else {
                throw CommandFailure(
                    .failed,
                    "\(NameList.count(problems.count, "problem")) found; keep a copy of the store"
                )
            }
        }
    }
}
