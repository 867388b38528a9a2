import ArgumentParser
import Fulfillment
import Store

/// `waystation order`: one order, to look at and to operate on.
struct OrderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: "Shows an order, or suspends, resumes, cancels, aborts, fails or deletes it.",
        discussion: """
            `waystation order KEY` shows it; `waystation order show suspend` shows an order that has a command's name as \
            its key. What is asked of an order goes to its worker as a message, and the command waits until it was done.

            Examples:
              waystation order TP-1001
              waystation order suspend TP-1001 --reason "the customer moves house"
            """,
        subcommands: [
            OrderShowCommand.self, OrderSuspendCommand.self, OrderResumeCommand.self, OrderCancelCommand.self,
            OrderAbortCommand.self, OrderFailCommand.self, OrderDeleteCommand.self,
        ],
        defaultSubcommand: OrderShowCommand.self
    )
}

/// `waystation order delete`: an order goes for good, so that it asks twice.
struct OrderDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes an order that has not started or is over, with all that happened to it.",
        discussion: """
            Only orders in the states Not Started, Cancelled, Completed and Aborted can be deleted. Who did it, when and \
            why is kept: `waystation orders --deleted`. What the order owes to others still goes out, and messages that \
            it has taken do not make it anew; a new message with its key does.

            Example:
              waystation order delete TP-1001 --reason "sent by a test" --yes
            """
    )

    @OptionGroup var asked: OneOrderOptions
    @OptionGroup var confirmation: ConfirmationOption

    func validate() throws {
        if asked.asking.reason?.isEmpty ?? true {
            throw ValidationError("say why, with --reason: it is all that is kept of the order")
        }
    }

    func run() throws {
        try CommandFailure.reporting {
            let configuration = try asked.options.load()
            let reader = try configuration.openReader()
            let order = try asked.order.lookup(in: configuration).findOne(in: reader)
            guard confirmation.isGiven(isNamed: false, otherwiseShowing: [order].table, "delete for 1 order")
            else { return }
            let operation = OrderOperation(
                action: .delete,
                by: asked.asking.who,
                reason: asked.asking.reason
            )
            try OperationRun(configuration: configuration, reader: reader, asking: asked.asking)
                .perform([AskedOfOrder(order: order.id, operation: operation)])
        }
    }
}

/// A command that asks something of one order as a whole.
protocol OrderOperatingCommand: ParsableCommand {
    static var action: OrderOperation.Action { get }
    var asked: OneOrderOptions { get }
}

extension OrderOperatingCommand {
    func run() throws {
        try CommandFailure.reporting {
            let configuration = try asked.options.load()
            let lookup = try asked.order.lookup(in: configuration)
            let reader = try configuration.openReader()
            let order = try lookup.findOne(in: reader)
            let asking = asked.asking
            let operation = OrderOperation(action: Self.action, by: asking.who, reason: asking.reason)
            try OperationRun(configuration: configuration, reader: reader, asking: asking)
                .perform([AskedOfOrder(order: order.id, operation: operation)])
        }
    }
}

struct OrderSuspendCommand: OrderOperatingCommand {
    static let action = OrderOperation.Action.suspend
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Suspends an order: nothing new starts, and what systems report is recorded."
    )

    @OptionGroup var asked: OneOrderOptions
}

struct OrderResumeCommand: OrderOperatingCommand {
    static let action = OrderOperation.Action.resume
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract:
            "Lets a suspended or cancelled order go on; a revision that waits for a decision is given up."
    )

    @OptionGroup var asked: OneOrderOptions
}

struct OrderCancelCommand: OrderOperatingCommand {
    static let action = OrderOperation.Action.cancel
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancels an order: what was not begun is dropped, what was done is undone."
    )

    @OptionGroup var asked: OneOrderOptions
}

struct OrderAbortCommand: OrderOperatingCommand {
    static let action = OrderOperation.Action.abort
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Ends an order at once: nothing is undone, and nothing is asked any more."
    )

    @OptionGroup var asked: OneOrderOptions
}

struct OrderFailCommand: OrderOperatingCommand {
    static let action = OrderOperation.Action.fail
    static let configuration = CommandConfiguration(
        commandName: "fail",
        abstract: "Marks an order as failed until it is resolved, revised or cancelled."
    )

    @OptionGroup var asked: OneOrderOptions
}
