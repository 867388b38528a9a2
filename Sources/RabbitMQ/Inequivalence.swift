import Broker

/// What RabbitMQ says of a queue or exchange that exists with another argument, in plain words.
///
/// It names the first argument that differs only:
/// `inequivalent arg 'x-overflow' for queue 'Q' in vhost '/': received the value 'reject-publish' of type 'longstr' but
/// current is none`.
enum Inequivalence {
    /// `x-overflow is not set, wanted 'reject-publish'`; the broker's own words where they have another form.
    static func text(of error: BrokerError) -> String {
        let pattern =
            /inequivalent arg '([^']*)' for .*: received (none|(?:the value )?'[^']*'(?: of type '[^']*')?) but current is (none|(?:the value )?'[^']*'(?: of type '[^']*')?)/
        guard let match = error.message.firstMatch(of: pattern) else { return error.message }
        return sentence(
            argument: String(match.output.1),
            wanted: String(match.output.2),
            found: String(match.output.3)
        )
    }

    private static func sentence(argument: String, wanted: String, found: String) -> String {
        let wanted = wanted == "none" ? "not set" : shown(wanted)
        if found != "none" { return "\(argument) is \(shown(found)), wanted \(wanted)" }
        return "\(argument) is not set, wanted \(wanted)"
    }

    /// `the value 'drop-head' of type 'longstr'` as `'drop-head'`; `'true'` as `true`.
    private static func shown(_ value: String) -> String {
        let parts = value.split(separator: "'", omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return value }
        guard value.hasPrefix("the value ") else { return String(parts[1]) }
        let isText = parts.count < 4 || parts[3] == "longstr"
        return isText ? "'\(parts[1])'" : String(parts[1])
    }
}
