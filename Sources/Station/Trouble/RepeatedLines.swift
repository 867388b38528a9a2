internal import Broker

/// Keeps the log readable while trouble lasts: what is tried again every few seconds and fails alike is said at once, and
/// then once a minute.
struct RepeatedLines {
    /// What a line is about.
    enum Subject: Hashable {
        case consumer(link: Int)
        case publisher
        case store
        /// Where messages go.
        case destination(Destination)
    }

    private struct Said {
        var text: String
        var atMilliseconds: Int64
        var leftOut = 0
    }

    private var said: [Subject: Said] = [:]

    static let againAfterMilliseconds: Int64 = 60_000

    /// Whether this is to be said now, by a clock that nobody sets.
    ///
    /// - Returns: How often it was left out since it was said last, or `nil` when it is left out once more.
    mutating func say(_ text: String, of subject: Subject, atMilliseconds now: Int64) -> Int? {
        if let last = said[subject], last.text == text,
            now - last.atMilliseconds < Self.againAfterMilliseconds
        {
            said[subject]?.leftOut += 1
            return nil
        }
        let leftOut = said[subject]?.leftOut ?? 0
        said[subject] = Said(text: text, atMilliseconds: now)
        return leftOut
    }

    /// The trouble has ended: when it comes again, it is news.
    mutating func end(_ subject: Subject) { said[subject] = nil }

    /// Ends the trouble of destinations that nothing is held for any more.
    mutating func keepDestinations(where isHeld: (Destination) -> Bool) {
        guard !said.isEmpty else { return }
        said = said.filter {
            guard case .destination(let destination) = $0.key else { return true }
            return isHeld(destination)
        }
    }
}
