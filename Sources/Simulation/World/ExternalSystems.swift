internal import Broker
internal import Catalog
internal import Fulfillment
internal import Messages
internal import Orders
internal import Station

/// The systems that the roles ask: they take requests, keep a ledger of them, and answer as the catalogs say.
final class ExternalSystems {
    /// A request as it reached a system.
    struct Request {
        var queue: String
        var correlation: String
        var messageID: String
        var digest: Int64
    }

    private struct System {
        var queue: String
        var willing: EmulatedSystems
        /// The same systems where they refuse whatever they are asked for.
        var refusing: EmulatedSystems
        /// Targets that may say nothing: the catalog gives them so much time.
        var watched: Set<SystemName>
    }

    private struct Owed {
        var due: Int64
        var queue: String
        var message: Message
    }

    private let systems: [System]
    /// Where the broker has the systems' queues.
    let places: [Int]
    private let broker: SimulatedBroker
    private let clock: SimulatedClock
    private let silencePercent: Int
    private(set) var requests: [Request] = []
    private(set) var unreadable: [String] = []
    /// Ascending by time.
    private var owed: [Owed] = []
    /// Answers given, for systems that repeat themselves.
    private var given: [(queue: String, replies: [Message])] = []
    private var repetitions = 0
    /// What they hold of orders that change.
    private(set) var ledger = SystemsLedger()
    /// Whether everybody does what is asked from now on.
    var areWilling = false
    /// Components refused since somebody looked.
    private var fallen: [FallenComponent] = []
    /// How each request was answered: one that is delivered again is answered alike.
    private var answers: [String: Answer] = [:]
    /// Requests that were refused last, with what would have been said otherwise.
    private var refusals: [FallenComponent: (request: FulfillmentRequest, replies: [EmulatedSystems.Reply])] =
        [:]
    private(set) var counts: [ChangeKind: Int] = [:]

    private enum Answer { case willing, refusing, silent }

    /// All messages put into queues, once each.
    private(set) var everything: [(queue: String, messageID: String)] = []

    init(roles: [RoleRuntime], silencePercent: Int, broker: SimulatedBroker, clock: SimulatedClock) {
        systems = roles.flatMap { role in
            let willing = EmulatedSystems(role: role, options: EmulationOptions())
            let refusing = EmulatedSystems(role: role, options: EmulationOptions(failuresPerMille: 1_000))
            let watched = role.catalog.fulfillment.systems.values.filter { $0.silenceSecondsMax != nil }
            return willing.queues.map {
                System(
                    queue: $0,
                    willing: willing,
                    refusing: refusing,
                    watched: Set(watched.map(\.name))
                )
            }
        }
        places = broker.places(ofQueues: systems.map(\.queue))
        self.silencePercent = silencePercent
        self.broker = broker
        self.clock = clock
    }

    /// The queues on which they take requests.
    var queues: [String] { systems.map(\.queue) }

    /// Whether an answer is due.
    var hasDue: Bool { nextDue.map { $0 <= clock.elapsedMilliseconds } ?? false }

    // Asked at each step: no message is copied for it.
    var nextDue: Int64? { owed.isEmpty ? nil : owed[0].due }

    /// A system takes its next request.
    func take(_ index: Int, random: inout SeededGenerator) -> String {
        let (queue, system) = (systems[index].queue, systems[index])
        guard let message = broker.take(from: queue) else { return "nothing" }
        let id = message.properties.messageID ?? ""
        let correlation = message.properties.correlationID ?? ""
        requests.append(
            Request(
                queue: queue,
                correlation: correlation,
                messageID: id,
                digest: BodyDigest.of(message.body)
            )
        )
        let delivery = Delivery(tag: DeliveryTag(epoch: 1, number: 1), queue: queue, message: message)
        do {
            let answer = try self.answer(delivery, by: system, random: &random)
            var due = clock.elapsedMilliseconds
            for reply in answer.replies {
                due += Int64(reply.afterMilliseconds) + Int64(random.between(0, 400))
                owe(Owed(due: due, queue: reply.destination.routingKey, message: reply.message))
            }
            if let first = answer.replies.first {
                given.append((first.destination.routingKey, answer.replies.map(\.message)))
            }
        } catch {
            unreadable.append("request \(id): \(error.failure)")
        }
        return "\(queue) \(id) for \(correlation)"
    }

    /// What a system does about a request, and says.
    private func answer(
        _ delivery: Delivery,
        by system: System,
        random: inout SeededGenerator
    ) throws(DecodingFailure) -> EmulatedSystems.Answered {
        var answered = try system.willing.answer(delivery, now: clock.now())
        guard let component = answered.request.component,
            let asked = AskedComponent(answered.correlation, role: system.willing.role),
            ChangeDesk.isChanging(asked.order)
        else { return answered }
        let fallen = FallenComponent(role: asked.role, order: asked.order, component: component)
        let isRefused = answered.isRefused
        let answer = answers[answered.requestID.rawValue] ?? choose(system, answered, random: &random)
        let isNew = answers.updateValue(answer, forKey: answered.requestID.rawValue) == nil
        if isNew, isRefused || answer == .refusing {
            counts[answered.request.execution == .undo ? .undoRefused : .workRefused, default: 0] += 1
            if !isRefused {
                refusals[fallen] = (answered.request, answered.replies)
                self.fallen.append(fallen)
            }
        } else if isNew {
            refusals[fallen] = nil
        }
        if isNew, answer == .silent { counts[.silence, default: 0] += 1 }
        ledger.take(answered.request, asked, isDone: !isRefused && answer != .refusing)
        switch answer {
        case .willing: break
        case .refusing: answered = try system.refusing.answer(delivery, now: clock.now())
        case .silent: answered.replies = []
        }
        return answered
    }

    private func choose(
        _ system: System,
        _ answered: EmulatedSystems.Answered,
        random: inout SeededGenerator
    ) -> Answer {
        if areWilling || answered.isRefused { return .willing }
        if random.percent(answered.request.execution == .perform ? 4 : 12) { return .refusing }
        return system.watched.contains(answered.system) && random.percent(silencePercent) ? .silent : .willing
    }

    /// Components that were refused since this was asked last.
    func takeFallen() -> [FallenComponent] {
        defer { fallen = [] }
        return fallen
    }

    /// A person does at the system what it refused, and it says so.
    ///
    /// - Returns: Whether there was anything to do.
    func repair(_ component: FallenComponent) -> Bool {
        guard let (request, replies) = refusals.removeValue(forKey: component),
            let asked = AskedComponent(request.order.correlation ?? "", role: component.role),
            ledger.isLast(asked)
        else { return false }
        ledger.repair(request, asked)
        var due = clock.elapsedMilliseconds
        for reply in replies {
            due += Int64(reply.afterMilliseconds)
            guard let message = reply.message.renamed(suffix: "-repaired") else { continue }
            owe(Owed(due: due, queue: reply.destination.routingKey, message: message))
        }
        return true
    }

    /// The next answer that is due goes out.
    func answer() -> String {
        guard hasDue else { return "nothing" }
        let reply = owed.removeFirst()
        broker.put(reply.message, into: reply.queue)
        everything.append((reply.queue, reply.message.properties.messageID ?? ""))
        return "\(reply.queue) \(reply.message.properties.messageID ?? "")"
    }

    private func owe(_ reply: Owed) {
        let place = owed.lastIndex { $0.due <= reply.due }.map { $0 + 1 } ?? 0
        owed.insert(reply, at: place)
    }

    // MARK: Faults

    /// A system answers one of its requests again with the same messages.
    func repeatAnswer(random: inout SeededGenerator) -> Bool {
        guard !given.isEmpty else { return false }
        let answer = given[random.between(0, given.count - 1)]
        var due = clock.elapsedMilliseconds
        for reply in answer.replies {
            due += Int64(random.between(0, 500))
            owe(Owed(due: due, queue: answer.queue, message: reply))
        }
        return true
    }

    /// A system says again the first thing it said about one of its requests, as a new message.
    func answerStale(random: inout SeededGenerator) -> Bool {
        let candidates = given.indices.filter { given[$0].replies.count > 1 }
        guard !candidates.isEmpty else { return false }
        let answer = given[random.pick(candidates)]
        repetitions += 1
        guard let stale = answer.replies[0].renamed(suffix: "-again-\(repetitions)") else { return false }
        owe(
            Owed(
                due: clock.elapsedMilliseconds + Int64(random.between(0, 3_000)),
                queue: answer.queue,
                message: stale
            )
        )
        return true
    }
}

extension Message {
    /// The same content as another message, under an id of its own; `nil` when it has none.
    func renamed(suffix: String) -> Message? {
        guard let id = properties.messageID else { return nil }
        var message = self
        message.properties.messageID = id + suffix
        message.body = body.replacing(Array(id.utf8) + [0x3C], with: Array((id + suffix).utf8) + [0x3C])
        return message
    }
}
