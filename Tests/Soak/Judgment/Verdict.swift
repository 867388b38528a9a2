/// What became of everything that was sent, as the ledgers say.
struct Verdict: Codable, Sendable {
    var attempted = 0
    var confirmed = 0
    var completed = 0
    /// Messages of the station that arrived, repetitions included.
    var outputs = 0
    var outputsUnique = 0
    /// What a run without any fault sends for the same orders; news of two steps may be told as one, or one by one.
    var outputsExpected = 0
    /// The same message with the same bytes once more; allowed.
    var outputsRepeated = 0
    /// Arrivals at the ends, of what the station sent, that the broker marked as offered before.
    var redeliveredToSink = 0
    var poisonPlanted = 0
    var poisonFound = 0
    /// How often the station told of trouble of its own, by all codes and roles.
    var troublesTold = 0

    /// Confirmed, and neither completed nor put aside; or a system that was never asked.
    var lost: [String] = []
    /// Said without having been asked, or of something that was never sent.
    var unexpected: [String] = []
    /// The same step of the same order asked, or its end told, under two message ids.
    var duplicateEffects: [String] = []
    /// One message id with two contents.
    var differentBytes: [String] = []
    /// An order whose news came in another order than they happened.
    var orderViolations: [String] = []

    /// In words, with where to look.
    func problems(ledgers: String) -> [String] {
        let kinds = [
            ("lost", lost), ("unexpected", unexpected), ("done twice", duplicateEffects),
            ("one id, different bytes", differentBytes), ("out of order", orderViolations),
        ]
        return kinds.flatMap { kind, list in
            list.prefix(Self.toldMax).map { "\(kind): \($0); ledgers: \(ledgers)" }
                + (list.count > Self.toldMax ? ["\(kind): and \(list.count - Self.toldMax) more"] : [])
        }
    }

    private static let toldMax = 20
}
