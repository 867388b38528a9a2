/// A reader of bytes from outside that is given arbitrary ones.
///
/// A trap, a memory error, a leak, a result that does not survive being written and read again, or an input that takes
/// too long is a finding.
protocol FuzzTarget: SendableMetatype {
    init() throws
    /// Reads one input; whether the reader takes or refuses it does not matter.
    func read(_ bytes: [UInt8]) throws
}

/// What an input showed that is wrong although nothing trapped.
struct Finding: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// The targets, by the names of their corpora.
enum FuzzTargets {
    static let all: [String: any FuzzTarget.Type] = [
        "messages": MessageTarget.self,
        "catalog": CatalogTarget.self,
        "configuration": ConfigurationTarget.self,
        "frames": FrameTarget.self,
        "journal": JournalTarget.self,
    ]
}
