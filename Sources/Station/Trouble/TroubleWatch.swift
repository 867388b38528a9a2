internal import Broker
internal import Orders

/// Watches the trouble that the station itself has, with the broker, the store or a queue, and says what of it handlers
/// of faults are to be told: what lasted, once each.
///
/// While the broker or the store is not there nobody can be told, so their absence is told when it has ended, with its
/// length; everything else while it lasts. The log tells all of it at once.
struct TroubleWatch {
    /// What has trouble.
    enum Place: Hashable {
        case store
        case broker
        /// A consumer whose queue is not there or not to be read, while the broker is.
        case consumer(link: Int)
        /// Where messages go.
        case destination(Destination)
    }

    /// One moment by both clocks: lengths are measured by the one that nobody sets.
    struct Moment {
        var wall: Timestamp
        var steadyMilliseconds: Int64
    }

    private struct Trouble {
        var reason: String
        var code: String
        var since: Moment
        var isTold = false
    }

    /// A link to the broker.
    enum Link: Hashable {
        case consumer(Int)
        case publisher
        /// The publisher's, while the broker takes nothing: an alarm.
        case publishing
    }

    private var troubles: [Place: Trouble] = [:]
    /// Links of which the broker was lost.
    private var absent: Set<Link> = []

    /// What passes sooner is in the log alone.
    static let toldAfterMilliseconds: Int64 = 5_000

    /// Trouble begins, or goes on for another reason.
    mutating func begin(_ place: Place, _ reason: String, code: String, at moment: Moment) {
        if troubles[place] == nil {
            troubles[place] = Trouble(reason: reason, code: code, since: moment)
        } else {
            troubles[place]?.reason = reason
            troubles[place]?.code = code
        }
    }

    /// Trouble has ended.
    ///
    /// - Returns: What is to be told of it only now.
    mutating func end(_ place: Place, at moment: Moment) -> Failure? {
        guard let trouble = troubles.removeValue(forKey: place), let code = place.codeAfterwards,
            Self.lasts(trouble, at: moment)
        else { return nil }
        let seconds = (moment.steadyMilliseconds - trouble.since.steadyMilliseconds) / 1_000
        let span = "from \(trouble.since.wall) to \(moment.wall) (\(seconds) s)"
        return Failure(
            code,
            "\(place.words) \(span): \(trouble.reason)",
            externalCode: trouble.code
        )
    }

    /// A link has lost the broker, or its queue alone.
    mutating func lost(_ link: Link, _ error: BrokerError, at moment: Moment) {
        let code = error.code.rawValue
        if case .consumer(let number) = link, error.isOfAPart {
            begin(.consumer(link: number), error.message, code: code, at: moment)
        } else {
            lost(link, error.message, code: code, at: moment)
        }
    }

    /// A link has lost the broker.
    mutating func lost(_ link: Link, _ reason: String, code: String, at moment: Moment) {
        forgetQueue(of: link)
        absent.insert(link)
        begin(.broker, reason, code: code, at: moment)
    }

    /// A link has the broker again.
    ///
    /// - Returns: What is to be told when it was the last one.
    mutating func found(_ link: Link, at moment: Moment) -> Failure? {
        forgetQueue(of: link)
        absent.remove(link)
        // A new connection begins without an alarm.
        if link == .publisher { absent.remove(.publishing) }
        return absent.isEmpty ? end(.broker, at: moment) : nil
    }

    /// A consumer has ended for good, and the station with it: told at once, as nobody knows what comes after.
    static func ended(_ error: BrokerError) -> Failure {
        Failure(
            .queueUnavailable,
            "the worker ends, as nothing can be taken from the queues of the role any more: \(error.message)",
            externalCode: error.code.rawValue
        )
    }

    private mutating func forgetQueue(of link: Link) {
        if case .consumer(let number) = link { troubles[.consumer(link: number)] = nil }
    }

    /// Ends the trouble of destinations that nothing is held for any more.
    mutating func keepDestinations(where isHeld: (Destination) -> Bool) {
        guard !troubles.isEmpty else { return }
        troubles = troubles.filter {
            guard case .destination(let destination) = $0.key else { return true }
            return isHeld(destination)
        }
    }

    /// What has lasted long enough by now to be told, and was not told yet.
    mutating func due(at moment: Moment) -> [(place: Place, failure: Failure)] {
        guard !troubles.isEmpty else { return [] }
        var due: [(place: Place, failure: Failure)] = []
        for (place, trouble) in troubles where !trouble.isTold && Self.lasts(trouble, at: moment) {
            guard let code = place.codeMeanwhile else { continue }
            troubles[place]?.isTold = true
            let failure = Failure(
                code,
                "\(place.words) since \(trouble.since.wall): \(trouble.reason)",
                externalCode: trouble.code
            )
            due.append((place, failure))
        }
        return due.sorted { $0.failure.text < $1.failure.text }
    }

    private static func lasts(_ trouble: Trouble, at moment: Moment) -> Bool {
        moment.steadyMilliseconds - trouble.since.steadyMilliseconds >= toldAfterMilliseconds
    }
}

extension TroubleWatch.Place {
    fileprivate var codeAfterwards: FailureCode? {
        switch self {
        case .store: .storeUnavailable
        case .broker: .brokerUnavailable
        case .consumer, .destination: nil
        }
    }

    fileprivate var codeMeanwhile: FailureCode? {
        switch self {
        case .store, .broker: nil
        case .consumer: .queueUnavailable
        case .destination: .messagesHeld
        }
    }

    fileprivate var words: String {
        switch self {
        case .store: "the store took nothing"
        case .broker: "the broker was not there, or took nothing,"
        case .consumer: "nothing is taken from the queues of the role"
        case .destination(let destination):
            "messages for \(destination) are kept, as the broker has not taken them"
        }
    }
}
