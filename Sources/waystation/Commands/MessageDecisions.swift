import ArgumentParser
import Messages
import Store

/// A decision about messages that failed or wait.
protocol MessageDecision: ParsableCommand {
    static var action: MessageOperation.Action { get }
    var decision: MessageDecisionOptions { get }
}

extension MessageDecision {
    func run() throws {
        try CommandFailure.reporting {
            let selection = decision.selection
            guard selection.isGiven else { throw MessageSelection.notGiven }
            let configuration = try decision.options.load()
            let reader = try configuration.openReader()
            let items = try selection.items(
                in: reader,
                configuration: configuration,
                states: [.failed, .parked]
            )
            guard !items.isEmpty else {
                throw CommandFailure(
                    .failed,
                    "no message failed or waits that fits; see `waystation messages list --state all`"
                )
            }
            guard
                decision.confirmation.isGiven(
                    isNamed: selection.messageID != nil && items.count == 1,
                    otherwiseShowing: items.table,
                    "\(Self.action.rawValue) \(NameList.count(items.count, "message"))"
                )
            else { return }
            let asking = decision.asking
            try OperationRun(configuration: configuration, reader: reader, asking: asking).perform(
                items.map {
                    AskedOfMessage(item: $0, action: Self.action, by: asking.who, reason: asking.reason)
                }
            )
        }
    }
}

/// `waystation messages resubmit`.
struct MessagesResubmitCommand: MessageDecision {
    static let action = MessageOperation.Action.resubmit
    static let configuration = CommandConfiguration(
        commandName: "resubmit",
        abstract: "Puts failed messages into their queues again, and tries parked ones at once."
    )

    @OptionGroup var decision: MessageDecisionOptions
}

/// `waystation messages discard`.
struct MessagesDiscardCommand: MessageDecision {
    static let action = MessageOperation.Action.discard
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Gives messages up, for a reason; they are kept until their time is over."
    )

    @OptionGroup var decision: MessageDecisionOptions

    func validate() throws {
        if (decision.asking.reason ?? "").isEmpty { throw ValidationError("say why, with --reason") }
    }
}
