import ArgumentParser

/// Keeps what a condition selects from happening unseen.
struct ConfirmationOption: ParsableArguments {
    @Flag(name: .long, help: "Do it for all that fit, without showing them first.")
    var yes = false

    /// What was named is no surprise; what fits a condition may be, and is only shown.
    ///
    /// - Parameters:
    ///   - isNamed: Whether the one thing that is meant was named.
    ///   - table: What fits.
    ///   - what: What would be done, such as `retry for 3 operations`.
    /// - Returns: Whether to go on.
    func isGiven(isNamed: Bool, otherwiseShowing table: TextTable, _ what: String) -> Bool {
        if yes || isNamed { return true }
        Console.write(table.text)
        Console.tell("\(what); nothing was sent, add --yes to do it")
        return false
    }
}

/// What every decision about incidents is given.
struct FalloutDecisionOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOption
    @OptionGroup var asking: AskingOptions
    @OptionGroup var selection: FalloutSelection
    @OptionGroup var confirmation: ConfirmationOption
}

/// What every decision about messages is given.
struct MessageDecisionOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOption
    @OptionGroup var asking: AskingOptions
    @OptionGroup var selection: MessageSelection
    @OptionGroup var confirmation: ConfirmationOption
}

/// What every command is given that asks something of one order as a whole.
struct OneOrderOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOption
    @OptionGroup var asking: AskingOptions
    @OptionGroup var order: OrderNaming
}
