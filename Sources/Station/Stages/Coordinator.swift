internal import Broker
internal import Catalog
internal import Orders
internal import Store

/// The last stage, and the one that keeps the others together: what a commit made true is told to the broker, what is
/// due by time is handed out, a troubled store is left alone for a while, and the end is brought about in order.
final class Coordinator {
    let inbox: Mailbox<CoordinatorEvent>
    private let store: any Store
    private var relay: OutboxRelay
    private var due: DueWork
    private var links: [ConsumerSlot]
    private let publisher: any PublisherLink
    private let dispatcher: Dispatcher
    private let committer: Mailbox<CommitterEvent>
    private let configuration: StationConfiguration
    private let roles: [RoleRuntime]
    private let clock: any WallClock
    private let steadyClock: any SteadyClock
    private let status: StationStatus
    private let log: StationLog
    private var phase = Phase.running
    private var publisherIsClosed = false
    /// Why a link ended that nobody asked to: nothing more can be taken or sent by it, whatever becomes of the broker.
    private(set) var linkFailure: BrokerError?
    /// The newest connection that this stage knows of; the link may have a newer one already.
    private var publisherEpoch: UInt64 = 0
    /// How long the store is left alone after it took nothing; 0 while all is well.
    private var storeRetryMilliseconds: Int64 = 0
    /// When it is asked again, by the steady clock.
    private var storeRetryAt: Int64?
    /// Who had trouble with it and not gone on yet.
    private var storeTroubled: Set<StoreUser> = []
    private var failure: StoreError?
    /// Queues of which nothing is taken, because everything fails alike.
    private var paused: Set<PausedQueue> = []
    private var trouble = TroubleWatch()
    private var repeated = RepeatedLines()

    private struct PausedQueue: Hashable {
        var decider: Int
        var source: MessageSource
    }

    private enum Phase {
        case running
        /// No new deliveries; what is in hand is committed, the outbox flushed.
        case draining(until: Int64)
        /// Links end; at this time they have had their chance.
        case closing(until: Int64)
        /// The committer removes what was confirmed last.
        case finishing
        case ended
    }

    /// How long an idle turn waits at most.
    private static let idleWaitMilliseconds: Int64 = 500
    private static let loadLimit = 1_024
    private static let loadBytesMax = 4 << 20
    /// Confirmed rows go to the committer in handfuls of this size, or in a quiet moment.
    private static let confirmedHandful = 128
    private static let closingMilliseconds: Int64 = 5_000

    init(
        inbox: Mailbox<CoordinatorEvent>,
        store: any Store,
        newestOutboxID: Int64,
        links: [ConsumerSlot],
        publisher: any PublisherLink,
        dispatcher: Dispatcher,
        committer: Mailbox<CommitterEvent>,
        configuration: StationConfiguration,
        roles: [RoleRuntime],
        clock: any WallClock,
        steadyClock: any SteadyClock,
        status: StationStatus,
        log: StationLog
    ) {
        self.inbox = inbox
        self.store = store
        relay = OutboxRelay(newest: newestOutboxID)
        due = DueWork(roles: roles.map(\.role))
        self.links = links
        self.publisher = publisher
        self.dispatcher = dispatcher
        self.committer = committer
        self.configuration = configuration
        self.roles = roles
        self.clock = clock
        self.steadyClock = steadyClock
        self.status = status
        self.log = log
    }

    var hasEnded: Bool {
        if case .ended = phase { return true }
        return false
    }

    /// How long the next step may wait for something to happen.
    var waitMilliseconds: Int64 {
        if case .closing = phase { return Self.shortWaitMilliseconds }
        if case .draining = phase { return Self.shortWaitMilliseconds }
        if storeRetryAt == nil, relay.loadAfter != nil || due.needsRefresh { return 0 }
        if relay.confirmedCount > 0 { return Self.shortWaitMilliseconds }
        var wait = Self.idleWaitMilliseconds
        if let storeRetryAt { wait = min(wait, max(0, storeRetryAt - steadyClock.milliseconds())) }
        if let moment = due.nextDue {
            wait = min(wait, max(1, moment.milliseconds - clock.now().milliseconds))
        }
        if let moment = relay.nextProbe {
            wait = min(wait, max(1, moment.milliseconds - steadyNow.milliseconds))
        }
        return wait
    }

    private static let shortWaitMilliseconds: Int64 = 20

    /// What the relay's waits are measured by: a step of the wall clock must not hold anything up.
    private var steadyNow: Timestamp { Timestamp(milliseconds: steadyClock.milliseconds()) }

    /// Takes what has arrived and does what follows from it.
    ///
    /// - Returns: Whether anything was done.
    /// - Throws: ``StoreError`` when the store cannot go on.
    func step(waitingMilliseconds wait: Int64) throws(StoreError) -> Bool {
        let events = inbox.take(waitingMilliseconds: wait)
        for event in events { take(event) }
        if let failure { throw failure }
        var didSomething = !events.isEmpty
        if let storeRetryAt, storeRetryAt <= steadyClock.milliseconds() {
            self.storeRetryAt = nil
            committer.post(.resume)
            dispatcher.resume()
            didSomething = true
        }
        switch phase {
        case .running, .draining:
            if storeRetryAt == nil {
                didSomething = try askStore() || didSomething
            }
            didSomething = publishReady() || didSomething
            handOverConfirmed(isQuiet: !didSomething)
        case .closing, .finishing, .ended: break
        }
        tellTrouble()
        try advancePhase()
        noteTurn()
        return didSomething
    }

    // MARK: What arrives

    private func take(_ event: CoordinatorEvent) {
        switch event {
        case .stop: beginDraining()
        case .consumer(let link, let event): take(event, link: link)
        case .publisher(let event): take(event)
        case .committed(let result): finish(result)
        case .storeTrouble(let error, let user, let newestOutboxID):
            endure(error, of: user, newestOutboxID: newestOutboxID)
        case .storeIsWell(let user): noteStoreIsWell(user)
        case .removed(let counts): log.removed(counts)
        case .paused(let decider, let source, let code, let count):
            paused.insert(PausedQueue(decider: decider, source: source))
            pauses(source, code, count: count)
        case .goesOn(let decider, let source):
            paused.remove(PausedQueue(decider: decider, source: source))
            log.goesOn(role: roles[source.role].role, queue: source.queue)
            notePaused()
        case .committerFinished: phase = .ended
        }
    }

    private func take(_ event: ConsumerEvent, link: Int) {
        switch event {
        case .connected:
            links[link].isConnected = true
            repeated.end(.consumer(link: link))
            found(.consumer(link))
            log.consumerConnected(role: roles[links[link].role].role, link: link)
            noteConnections(problem: nil)
        case .deliveries: break  // They went to the deciders.
        case .lost(_, let error, let retry):
            links[link].isConnected = false
            trouble.lost(.consumer(link), error, at: moment)
            say(error.message, of: .consumer(link: link)) {
                log.connectionLost(
                    what: "consumer of \(roles[links[link].role].role)",
                    error: error,
                    retrySeconds: retry,
                    leftOut: $0
                )
            }
            noteConnections(problem: "\(error)")
        case .paused: links[link].isPaused = true
        case .closed(let error):
            links[link].isConnected = false
            links[link].isClosed = true
            if let error {
                tell(TroubleWatch.ended(error), roles: [links[link].role])
                log.linkClosed(what: "consumer of \(roles[links[link].role].role)", error: error)
                endBecause(of: error)
            }
            noteConnections(problem: error.map { "\($0)" })
        }
    }

    private func take(_ event: PublisherEvent) {
        switch event {
        case .connected(let epoch):
            publisherEpoch = epoch
            relay.connected()
            repeated.end(.publisher)
            found(.publisher)
            status.update {
                $0.publisherConnected = true
                $0.publisherBlocked = false
            }
            log.publisherConnected()
        case .confirmed(let ids):
            relay.confirmed(ids)
            status.update { $0.confirmed += ids.count }
        case .returned(let id, let code, let text):
            let place = relay.notTaken(id, reason: "returned: \(code) \(text)", now: steadyNow)
            notTaken(id, for: place, reason: "returned by the broker: \(code) \(text)")
        case .refused(let ids):
            for id in ids {
                let place = relay.notTaken(id, reason: "refused by the broker", now: steadyNow)
                notTaken(id, for: place, reason: "refused by the broker")
            }
        case .blocked(let reason):
            relay.blocked(true)
            trouble.lost(.publishing, reason, code: "BROKER_ALARM", at: moment)
            status.update { $0.publisherBlocked = true }
            log.blocked(reason: reason)
        case .unblocked:
            relay.blocked(false)
            found(.publishing)
            status.update { $0.publisherBlocked = false }
            log.unblocked()
        case .lost(_, let error, let retry):
            relay.lost()
            trouble.lost(.publisher, error, at: moment)
            status.update {
                $0.publisherConnected = false
                $0.brokerProblem = "\(error)"
            }
            say(error.message, of: .publisher) {
                log.connectionLost(what: "publisher", error: error, retrySeconds: retry, leftOut: $0)
            }
        case .closed(let error):
            relay.lost()
            publisherIsClosed = true
            status.update { $0.publisherConnected = false }
            guard let error else { break }
            log.linkClosed(what: "publisher", error: error)
            endBecause(of: error)
        }
    }

    /// What cannot be forwarded must not be taken, and a role of which nothing is taken must not look alive: the queues
    /// keep it for the next start.
    private func endBecause(of error: BrokerError) {
        guard case .running = phase else { return }
        linkFailure = error
        beginDraining()
    }

    private func notTaken(_ id: Int64, for place: Destination?, reason: String) {
        guard let place else { return log.notTaken(id: id, for: nil, reason: reason, leftOut: 0) }
        say(reason, of: .destination(place)) {
            log.notTaken(id: id, for: place, reason: reason, leftOut: $0)
        }
    }

    // MARK: Trouble

    /// Has it said unless the log has it already.
    private func say(_ text: String, of subject: RepeatedLines.Subject, _ say: (_ leftOut: Int) -> Void) {
        let now = steadyClock.milliseconds()
        if let leftOut = repeated.say(text, of: subject, atMilliseconds: now) { say(leftOut) }
    }

    private var moment: TroubleWatch.Moment {
        TroubleWatch.Moment(wall: clock.now(), steadyMilliseconds: steadyClock.milliseconds())
    }

    private func found(_ link: TroubleWatch.Link) {
        guard let failure = trouble.found(link, at: moment) else { return }
        tell(failure, roles: roles.indices)
    }

    /// Tells handlers of faults what lasts.
    private func tellTrouble() {
        let held = relay.heldDestinations
        trouble.keepDestinations { held[$0] != nil }
        repeated.keepDestinations { held[$0] != nil }
        for (destination, hold) in held {
            trouble.begin(
                .destination(destination),
                hold.reason,
                code: "BROKER_NOT_TAKEN",
                at: moment
            )
        }
        for (place, failure) in trouble.due(at: moment) {
            switch place {
            case .consumer(let link): tell(failure, roles: [links[link].role])
            case .destination(let destination):
                let role = held[destination]?.role
                tell(failure, roles: [roles.firstIndex { $0.role == role } ?? 0])
            case .store, .broker: tell(failure, roles: roles.indices)
            }
        }
    }

    private func tell(_ failure: Failure, roles: some Sequence<Int>) {
        guard case .running = phase else { return }
        dispatcher.dispatch(roles.map { .trouble(failure, role: $0) })
    }

    private func pauses(_ source: MessageSource, _ code: FailureCode, count: Int) {
        let role = roles[source.role].role
        log.paused(
            role: role,
            queue: source.queue,
            code: code,
            count: count,
            probeSeconds: configuration.killSwitch.probeSeconds
        )
        let text =
            "\(role) pauses queue \(source.queue): \(count) messages failed one after the other with \(code.rawValue)"
        tell(Failure(.queuePaused, text, externalCode: code.rawValue), roles: [source.role])
        notePaused()
    }

    private func notePaused() {
        let names = Set(paused.map(\.source.queue)).sorted()
        status.update { $0.pausedQueues = names }
        for slot in links {
            slot.link.takeOneByOne(Set(paused.map(\.source).filter { $0.role == slot.role }.map(\.queue)))
        }
    }

    private func noteConnections(problem: String?) {
        let connected = links.count(where: \.isConnected)
        status.update {
            $0.consumersConnected = connected
            $0.brokerProblem = problem
        }
    }

    // MARK: Commits

    /// What a commit made true is told to the broker: acknowledgements, then the messages owed.
    private func finish(_ result: HopResult) {
        status.update {
            $0.hops += result.hops
            $0.groups += 1
        }
        settle(result.acknowledged) { $0.acknowledge($1) }
        settle(result.rejected) { $0.reject($1) }
        relay.committed(result.outbox)
        relay.removed(result.removedOutbox)
        due.committed(result)
        _ = publishReady()
        for note in result.notes { log.note(note) }
    }

    private func settle(_ tags: [InboundTag], _ answer: (any ConsumerLink, [DeliveryTag]) -> Void) {
        guard !tags.isEmpty else { return }
        dispatcher.inHand.remove(tags.count)
        for (link, tags) in Dictionary(grouping: tags, by: \.link) {
            answer(links[link].link, tags.map(\.tag))
        }
    }

    private func publishReady() -> Bool {
        let rows = relay.next(now: steadyNow)
        guard !rows.isEmpty else { return false }
        status.update { $0.published += rows.count }
        publisher.publish(
            rows.map { Publication(id: $0.id, destination: $0.destination, message: $0.message) },
            epoch: publisherEpoch
        )
        return true
    }

    private func handOverConfirmed(isQuiet: Bool) {
        guard relay.confirmedCount >= Self.confirmedHandful || (isQuiet && relay.confirmedCount > 0) else {
            return
        }
        committer.post(.confirmed(relay.takeConfirmed()))
    }

    // MARK: The store

    /// What the outbox holds beyond memory, and what is due by time.
    private func askStore() throws(StoreError) -> Bool {
        var didSomething = false
        do throws(StoreError) {
            if let after = relay.loadAfter {
                relay.loaded(
                    try store.outbox(after: after, limit: Self.loadLimit, bytesMax: Self.loadBytesMax)
                )
                didSomething = true
            }
            try due.refresh(from: store)
            let items = try due.take(from: store, now: clock.now())
            if !items.isEmpty {
                dispatcher.dispatch(items)
                didSomething = true
            }
            noteStoreIsWell(.coordinator)
        } catch {
            endure(error, of: .coordinator, newestOutboxID: nil)
            if let failure { throw failure }
        }
        return didSomething
    }

    /// A store that is busy or full is waited for, with everything kept in hand; any other failure ends the station.
    private func endure(_ error: StoreError, of user: StoreUser, newestOutboxID: Int64?) {
        guard error.isRetryable else {
            failure = error
            return
        }
        if error.mayHaveHappened {
            if let newestOutboxID { relay.storeMayHold(upTo: newestOutboxID) }
            due.commitIsUnknown()
        }
        storeTroubled.insert(user)
        storeRetryMilliseconds = min(max(storeRetryMilliseconds * 2, 100), 5_000)
        storeRetryAt = steadyClock.milliseconds() + storeRetryMilliseconds
        trouble.begin(.store, error.message, code: "\(error.code)", at: moment)
        status.update { $0.storeProblem = "\(error)" }
        say("\(error.code)", of: .store) {
            log.storeTrouble(error, retryMilliseconds: storeRetryMilliseconds, leftOut: $0)
        }
    }

    private func noteStoreIsWell(_ user: StoreUser) {
        guard storeTroubled.remove(user) != nil, storeTroubled.isEmpty else { return }
        storeRetryMilliseconds = 0
        if let failure = trouble.end(.store, at: moment) { tell(failure, roles: roles.indices) }
        status.update { $0.storeProblem = nil }
        repeated.end(.store)
        log.storeIsWell()
    }

    private func noteTurn() {
        status.update { [relay] in
            $0.turns["coordinator", default: 0] += 1
            $0.inFlight = relay.inFlightCount
            $0.heldDestinations = relay.heldDestinations.reduce(into: [:]) {
                $0["\($1.key)"] = $1.value.reason
            }
        }
    }

    // MARK: The end

    /// No new deliveries; what is in hand is committed; the outbox is flushed; all until the deadline.
    private func beginDraining() {
        guard case .running = phase else { return }
        let seconds = configuration.drainTimeoutSeconds
        phase = .draining(until: steadyClock.milliseconds() + Int64(seconds) * 1_000)
        status.update { $0.isDraining = true }
        log.draining(seconds: seconds)
        for slot in links { slot.link.pause() }
        dispatcher.drain()
    }

    private func advancePhase() throws(StoreError) {
        let now = steadyClock.milliseconds()
        switch phase {
        case .draining(let deadline):
            let isPausing = links.contains { $0.isConnected && !$0.isPaused && !$0.isClosed }
            let hasWork = dispatcher.inHand.count > 0
            let isFlushed = relay.isIdle || publisherIsClosed
            guard now >= deadline || (!isPausing && !hasWork && isFlushed) else { return }
            for slot in links { slot.link.close() }
            publisher.close(deadlineSeconds: 1)
            phase = .closing(until: now + Self.closingMilliseconds)
        case .closing(let deadline):
            guard now >= deadline || (publisherIsClosed && links.allSatisfy(\.isClosed)) else { return }
            dispatcher.stop()
            log.drained(owed: relay.owed)
            committer.post(.confirmed(relay.takeConfirmed()))
            committer.post(.finish)
            phase = .finishing
        case .running, .finishing, .ended: break
        }
    }
}
