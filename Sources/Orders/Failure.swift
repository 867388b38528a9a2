/// Technical failures are retried; business failures wait for a decision.
package enum FailureClass: String, Codable, Sendable, Hashable, CaseIterable {
    case technical
    case business
}

/// How much a failure matters to those who handle it, in AIA's four words.
package enum FailureSeverity: String, Codable, Sendable, Hashable, CaseIterable {
    case valid = "VALID"
    case warning = "WARNING"
    case error = "ERROR"
    case critical = "CRITICAL"
}

/// Something that went wrong with a message or an order, as it is told to people and to fault handlers.
///
/// The text never holds customer data beyond identifications.
package struct Failure: Codable, Hashable, Sendable, CustomStringConvertible {
    package var code: FailureCode
    package var text: String
    /// What to do about it, for this case; the code's own advice when there is nothing more to say.
    package var correctiveAction: String
    package var component: ComponentID?
    package var line: LineID?
    /// The other system's own code, when it gave one.
    package var externalCode: String?
    /// How much it matters, where that is not what its code says.
    package var ownSeverity: FailureSeverity?

    /// How much it matters.
    package var severity: FailureSeverity { ownSeverity ?? code.severity }

    /// The longest text kept; what is longer is cut off, as it may quote what came from outside.
    package static let textCharactersMax = 2_000

    package init(
        _ code: FailureCode,
        _ text: String,
        correctiveAction: String? = nil,
        component: ComponentID? = nil,
        line: LineID? = nil,
        externalCode: String? = nil,
        severity: FailureSeverity? = nil
    ) {
        self.code = code
        self.text = Self.limited(text)
        self.correctiveAction = correctiveAction.map(Self.limited) ?? code.correctiveAction
        self.component = component
        self.line = line
        self.externalCode = externalCode.map(Self.limited)
        ownSeverity = severity
    }

    private static func limited(_ text: String) -> String {
        text.utf8.count <= textCharactersMax ? text : String(text.prefix(textCharactersMax))
    }

    package var description: String { "\(code.rawValue): \(text)" }
}
