import ArgumentParser
import Messages
import Orders
import Store

/// `waystation messages`: what failed or waits as a message, and what is done about it.
struct MessagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages",
        abstract: "Lists messages that failed or wait for their order, and resubmits or discards them.",
        discussion: """
            Each message that goes to the error queue is also kept in the store, with its bytes and headers, so that it can \
            be tried again once the cause is gone. Resubmitting puts it into the queue it came from, with its own id; \
            however often that is asked, it has one effect. A message that waits for its order is tried at once, and waits \
            anew when the order is still not known. So does an update that its order keeps, as it names a component or line that \
            the order does not have: of it only what it says is kept. Copies in the error queue stay there.

            A message that was too large, or that the broker itself moved to the error queue, is only there.

            Examples:
              waystation messages list --code MESSAGE_NOT_RECOGNIZED
              waystation messages show --queue AIA_CRTFO_IN_JMSQ EBM-17
              waystation messages resubmit --order BB-2010
              waystation messages resubmit --code INTERNAL_FAULT --yes
              waystation messages discard EBM-17 --reason "sent by mistake"
            """,
        subcommands: [
            MessagesListCommand.self, MessagesShowCommand.self, MessagesResubmitCommand.self,
            MessagesDiscardCommand.self,
        ]
    )
}

/// `waystation messages list`.
struct MessagesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists failed and parked messages, without anything of their content."
    )

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var selection: MessageSelection
    @OptionGroup var states: MessageStates

    @Flag(
        name: .long,
        help: "Write JSON: [{state, role, queue, messageId, key, code, since, attempt, bytes, …}]."
    )
    var json = false

    func run() throws {
        try CommandFailure.reporting {
            let configuration = try options.load()
            let items = try selection.items(
                in: configuration.openReader(),
                configuration: configuration,
                states: states.states
            )
            if json {
                Console.write(.array(items.map(\.json)))
            } else if items.isEmpty {
                Console.write("No message failed or waits.")
            } else {
                Console.write(items.table.text)
            }
        }
    }
}

/// `waystation messages show`.
struct MessagesShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract:
            "Shows messages with what happened to them and their headers; their content only with --body."
    )

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var selection: MessageSelection
    @OptionGroup var states: MessageStates

    @Flag(name: .long, help: "Show the content, too: it may hold data of customers.")
    var body = false

    @Flag(
        name: .long,
        help:
            "Write JSON: what `list` writes, and [{text, correctiveAction, class, contentType, headers: [{name, value}], …}]."
    )
    var json = false

    func run() throws {
        try CommandFailure.reporting {
            guard selection.isGiven else { throw MessageSelection.notGiven }
            let configuration = try options.load()
            let reader = try configuration.openReader()
            let items = try selection.items(
                in: reader,
                configuration: configuration,
                states: states.states
            )
            guard !items.isEmpty else { throw CommandFailure(.failed, "there is no such message") }
            if json {
                Console.write(
                    .array(try items.map { try $0.details(with: $0.message(in: reader), body: body) })
                )
                return
            }
            let reports = try items.map { try $0.report(with: $0.message(in: reader), body: body) }
            Console.write(reports.joined(separator: "\n\n"))
        }
    }
}
