import Broker

/// Publications for which the broker closes the channel: to an exchange that the user may not write to, or too large.
///
/// Whatever else is under way is lost with the channel, though the broker may have taken it. So all that was unanswered
/// then goes out one at a time, and the next close names the one it is about. That one is given back, as is what comes
/// for its destination for a while; what comes after that goes out alone again, as it may break the channel again.
struct Culprits {
    /// How long a destination is not tried again.
    static let restSeconds = 30.0
    private static let destinationsMax = 1_024
    private static let suspectsMax = 65_536

    /// Why the broker closed the channel.
    struct Refusal {
        let code: UInt16
        let text: String
        fileprivate let until: UInt64
    }

    private var suspects: Set<Int64> = []
    private var refusals: [Destination: Refusal] = [:]
    private var single: Publication?

    /// Whether nothing is known that would hinder any publication.
    var isEmpty: Bool { suspects.isEmpty && refusals.isEmpty }

    /// Whether one is under way that nothing may follow before its answer.
    var isOneUnderWay: Bool { single != nil }

    /// Why this publication is given back unsent; nil when it may be tried.
    func refusal(of publication: Publication, now: UInt64) -> Refusal? {
        guard let refusal = refusals[publication.destination], now < refusal.until else { return nil }
        return refusal
    }

    /// Whether nothing else may be unanswered while this one is.
    func goesAlone(_ publication: Publication, now: UInt64) -> Bool {
        if let refusal = refusals[publication.destination] { return now >= refusal.until }
        return suspects.contains(publication.id)
    }

    /// Notes what is sent while nothing else is unanswered.
    mutating func sentAlone(_ publication: Publication) { single = publication }

    /// The broker has answered all that was sent: it did not close the channel for the one that went alone.
    mutating func allAnswered() {
        guard let publication = single else { return }
        suspects.remove(publication.id)
        refusals[publication.destination] = nil
        single = nil
    }

    /// The connection is gone, for whatever reason.
    mutating func lost() { single = nil }

    /// The broker closed the channel with these unanswered; gives the one that it did so for, when that is certain.
    mutating func channelClosed(
        _ closing: Closing,
        unanswered: [Publication],
        now: UInt64
    ) -> Publication? {
        guard unanswered.count == 1, let culprit = unanswered.first else {
            if suspects.count + unanswered.count > Self.suspectsMax { suspects = [] }
            suspects.formUnion(unanswered.lazy.map(\.id))
            return nil
        }
        suspects.remove(culprit.id)
        if refusals.count >= Self.destinationsMax,
            let oldest = refusals.min(by: { $0.value.until < $1.value.until })
        {
            refusals[oldest.key] = nil
        }
        let until = now + UInt64(Self.restSeconds * 1e9)
        refusals[culprit.destination] = Refusal(code: closing.code, text: closing.text, until: until)
        return culprit
    }
}
