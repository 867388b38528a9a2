internal import Broker
internal import Catalog
internal import Orders
internal import Store

/// The turns of the engine's thread: take what has arrived, run a group of hops, acknowledge, publish.
struct StationLoop {
    let engine: HopEngine
    let store: any Store
    var relay: OutboxRelay
    var links: [ConsumerSlot]
    let publisher: any PublisherLink
    let mailbox: Mailbox<StationEvent>
    let configuration: StationConfiguration
    let roles: [RoleRuntime]
    let clock: any WallClock
    let status: StationStatus
    let log: StationLog
    /// Deliveries in hand, urgent ones before others.
    private var urgent: [InboundDelivery] = []
    private var waiting: [InboundDelivery] = []
    private var isStopping = false
    private var publisherIsClosed = false
    /// How long the store is left alone after it took nothing; 0 while all is well.
    private var storeRetryMilliseconds: Int64 = 0
    /// Whether this turn came before that time was over.
    private var isStoreResting = false
    private var storeFailures = 0
    private var retention: RetentionDuty
    private let batchLimit: Int

    /// How long an idle turn waits at most.
    private static let idleWaitMilliseconds: Int64 = 500
    /// Confirmed rows are removed with the next group; by themselves when there are this many, or when nothing else is to do.
    private static let confirmedRowsMax = 2_048
    private static let loadLimit = 1_024
    /// How often a draining station tries to remove the last confirmed rows.
    private static let lastRemovalsMax = 4

    init(
        engine: HopEngine,
        store: any Store,
        relay: OutboxRelay,
        links: [ConsumerSlot],
        publisher: any PublisherLink,
        mailbox: Mailbox<StationEvent>,
        configuration: StationConfiguration,
        roles: [RoleRuntime],
        clock: any WallClock,
        status: StationStatus,
        log: StationLog
    ) {
        self.engine = engine
        self.store = store
        self.relay = relay
        self.links = links
        self.publisher = publisher
        self.mailbox = mailbox
        self.configuration = configuration
        self.roles = roles
        self.clock = clock
        self.status = status
        self.log = log
        batchLimit = max(1, roles.map(\.configuration.batchLimit).max() ?? 64)
        retention = RetentionDuty(configuration: configuration.retention)
    }

    mutating func runUntilStopped() throws(StoreError) {
        while !isStopping { try turn(waitingMilliseconds: waitMilliseconds()) }
        try drain()
    }

    /// One turn: everything that arrived is looked at, then one group of hops is run.
    private mutating func turn(waitingMilliseconds wait: Int64) throws(StoreError) {
        let events = mailbox.take(waitingMilliseconds: wait)
        for event in events { take(event) }
        // An event that cuts the wait short brings a delivery at most as often as the prefetch allows.
        isStoreResting = storeRetryMilliseconds > 0 && !events.isEmpty
        let failuresBefore = storeFailures
        try runGroup()
        try runDue()
        try loadOutbox()
        publishReady()
        try housekeeping(isQuiet: events.isEmpty && !hasWork)
        if !isStoreResting, storeFailures == failuresBefore { noteStoreIsWell() }
        status.update { [relay] in
            $0.turns += 1
            $0.inFlight = relay.inFlightCount
            $0.heldDestinations = relay.heldDestinations.reduce(into: [:]) {
                $0["\($1.key)"] = $1.value.reason
            }
        }
    }

    private var hasWork: Bool { !urgent.isEmpty || !waiting.isEmpty }

    private func waitMilliseconds() -> Int64 {
        if storeRetryMilliseconds > 0 { return storeRetryMilliseconds }
        if hasWork || relay.loadAfter != nil { return 0 }
        if relay.confirmedCount > 0 { return 20 }
        let now = clock.now().milliseconds
        var wait = Self.idleWaitMilliseconds
        for due in [engine.nextTimerDue, relay.nextProbe].compactMap(\.self) {
            wait = min(wait, max(0, due.milliseconds - now))
        }
        return wait
    }

    // MARK: What arrives

    private mutating func take(_ event: StationEvent) {
        switch event {
        case .stop: isStopping = true
        case .consumer(let link, let event): take(event, link: link)
        case .publisher(let event): take(event)
        }
    }

    private mutating func take(_ event: ConsumerEvent, link: Int) {
        switch event {
        case .connected(let epoch):
            links[link].isConnected = true
            links[link].epoch = epoch
            log.consumerConnected(role: roles[links[link].role].role, link: link)
            noteConnections(problem: nil)
        case .deliveries(let deliveries):
            let role = roles[links[link].role]
            for delivery in deliveries {
                let inbound = InboundDelivery(role: links[link].role, link: link, delivery: delivery)
                if role.isUrgentQueue(delivery.queue) {
                    urgent.append(inbound)
                } else {
                    waiting.append(inbound)
                }
            }
        case .lost(let epoch, let error, let retry):
            links[link].isConnected = false
            // They come again; what is not begun is not begun twice.
            let isGone = { (inbound: InboundDelivery) in
                inbound.link == link && inbound.delivery.tag.epoch <= epoch
            }
            urgent.removeAll(where: isGone)
            waiting.removeAll(where: isGone)
            log.connectionLost(
                what: "consumer of \(roles[links[link].role].role)",
                error: error,
                retrySeconds: retry
            )
            noteConnections(problem: "\(error)")
        case .paused: links[link].isPaused = true
        case .closed(let error):
            links[link].isConnected = false
            links[link].isClosed = true
            if let error { log.linkClosed(what: "consumer of \(roles[links[link].role].role)", error: error) }
            noteConnections(problem: error.map { "\($0)" })
        }
    }

    private mutating func take(_ event: PublisherEvent) {
        switch event {
        case .connected:
            relay.connected()
            status.update {
                $0.publisherConnected = true
                $0.publisherBlocked = false
            }
            log.publisherConnected()
        case .confirmed(let ids):
            relay.confirmed(ids)
            status.update { $0.confirmed += ids.count }
        case .returned(let id, let code, let text):
            relay.notTaken(id, reason: "returned: \(code) \(text)", now: clock.now())
            log.notTaken(id: id, reason: "returned by the broker: \(code) \(text)")
        case .refused(let ids):
            for id in ids { relay.notTaken(id, reason: "refused by the broker", now: clock.now()) }
            log.notTaken(id: ids.first ?? 0, reason: "refused by the broker (\(ids.count) messages)")
        case .blocked(let reason):
            relay.blocked(true)
            status.update { $0.publisherBlocked = true }
            log.blocked(reason: reason)
        case .unblocked:
            relay.blocked(false)
            status.update { $0.publisherBlocked = false }
            log.unblocked()
        case .lost(_, let error, let retry):
            relay.lost()
            status.update {
                $0.publisherConnected = false
                $0.brokerProblem = "\(error)"
            }
            log.connectionLost(what: "publisher", error: error, retrySeconds: retry)
        case .closed(let error):
            relay.lost()
            publisherIsClosed = true
            status.update { $0.publisherConnected = false }
            if let error { log.linkClosed(what: "publisher", error: error) }
        }
    }

    private func noteConnections(problem: String?) {
        let connected = links.count(where: \.isConnected)
        status.update {
            $0.consumersConnected = connected
            $0.brokerProblem = problem
        }
    }

    // MARK: Work

    private mutating func runGroup() throws(StoreError) {
        guard hasWork || relay.confirmedCount >= Self.confirmedRowsMax else { return }
        let fromUrgent = min(urgent.count, batchLimit)
        let fromWaiting = min(waiting.count, batchLimit - fromUrgent)
        let group = urgent.prefix(fromUrgent) + waiting.prefix(fromWaiting)
        let confirmed = relay.takeConfirmed()
        do throws(StoreError) {
            let result = try engine.process(Array(group), confirmedOutbox: confirmed)
            urgent.removeFirst(fromUrgent)
            waiting.removeFirst(fromWaiting)
            finish(result)
        } catch {
            relay.keepConfirmed(confirmed)
            try endure(error)
        }
    }

    private mutating func runDue() throws(StoreError) {
        guard !isStoreResting, let due = engine.nextTimerDue, due <= clock.now() else { return }
        do throws(StoreError) {
            finish(try engine.processDue())
        } catch {
            try endure(error)
        }
    }

    /// What a commit made true is told to the broker: acknowledgements, then the messages owed.
    private mutating func finish(_ result: HopResult) {
        noteStoreIsWell()
        status.update {
            $0.hops += result.hops
            $0.groups += 1
        }
        for (link, tags) in Dictionary(grouping: result.acknowledged, by: \.link) {
            links[link].link.acknowledge(tags.map(\.tag))
        }
        for (link, tags) in Dictionary(grouping: result.rejected, by: \.link) {
            links[link].link.reject(tags.map(\.tag))
        }
        relay.committed(result.outbox)
        publishReady()
        for note in result.notes { log.note(note) }
    }

    private mutating func publishReady() {
        let rows = relay.next(now: clock.now())
        guard !rows.isEmpty else { return }
        status.update { $0.published += rows.count }
        publisher.publish(
            rows.map { Publication(id: $0.id, destination: $0.destination, message: $0.message) }
        )
    }

    private mutating func loadOutbox() throws(StoreError) {
        guard !isStoreResting, let after = relay.loadAfter else { return }
        do throws(StoreError) {
            relay.loaded(try store.outbox(after: after, limit: Self.loadLimit), limit: Self.loadLimit)
        } catch {
            try endure(error)
        }
    }

    /// A store that is busy or full is waited for, with everything kept in hand; any other failure ends the station.
    private mutating func endure(_ error: StoreError) throws(StoreError) {
        guard error.isRetryable else { throw error }
        storeFailures += 1
        isStoreResting = true
        if error.mayHaveHappened { relay.storeMayHold(upTo: engine.newestOutboxID) }
        storeRetryMilliseconds = min(max(storeRetryMilliseconds * 2, 100), 5_000)
        status.update { $0.storeProblem = "\(error)" }
        log.storeTrouble(error, retryMilliseconds: storeRetryMilliseconds)
    }

    private mutating func noteStoreIsWell() {
        guard storeRetryMilliseconds > 0 else { return }
        storeRetryMilliseconds = 0
        status.update { $0.storeProblem = nil }
    }

    // MARK: Between the work

    private mutating func housekeeping(isQuiet: Bool) throws(StoreError) {
        guard !isStoreResting else { return }
        do throws(StoreError) {
            if isQuiet, relay.confirmedCount > 0 {
                let confirmed = relay.takeConfirmed()
                do throws(StoreError) {
                    finish(try engine.process([], confirmedOutbox: confirmed))
                } catch {
                    relay.keepConfirmed(confirmed)
                    throw error
                }
            }
            if let removed = try retention.step(store: store, now: clock.now(), isQuiet: isQuiet) {
                log.removed(removed)
            }
            if isQuiet { try store.checkpoint() }
        } catch {
            try endure(error)
        }
    }

    // MARK: The end

    /// No new deliveries; what is in hand is committed; the outbox is flushed; all until the deadline.
    private mutating func drain() throws(StoreError) {
        let seconds = Int64(configuration.drainTimeoutSeconds)
        let deadline = clock.now().advanced(bySeconds: seconds)
        // A wall clock that stands still or steps back must not keep the station from ending.
        var turnsLeft = max(1, seconds * 20)
        status.update { $0.isDraining = true }
        log.draining(seconds: Int(seconds))
        for slot in links { slot.link.pause() }
        while turnsLeft > 0, clock.now() < deadline {
            let pausing = links.contains { $0.isConnected && !$0.isPaused && !$0.isClosed }
            if !pausing && !hasWork && relay.isIdle { break }
            if !pausing && !hasWork && !status.current.publisherConnected { break }
            try turn(waitingMilliseconds: hasWork ? 0 : 50)
            if !hasWork { turnsLeft -= 1 }
        }
        for slot in links { slot.link.close() }
        publisher.close(deadlineSeconds: 1)
        var patience = 100
        while patience > 0, !publisherIsClosed || links.contains(where: { !$0.isClosed }) {
            for event in mailbox.take(waitingMilliseconds: 50) { take(event) }
            patience -= 1
        }
        try forgetConfirmed()
        log.drained(isNothingOwed: relay.isIdle && relay.heldDestinations.isEmpty)
    }

    /// Removes what the broker has.
    ///
    /// A store that takes nothing now keeps those rows, and they go out once more.
    private mutating func forgetConfirmed() throws(StoreError) {
        for _ in 0..<Self.lastRemovalsMax where relay.confirmedCount > 0 {
            let confirmed = relay.takeConfirmed()
            do throws(StoreError) {
                _ = try engine.process([], confirmedOutbox: confirmed)
            } catch {
                relay.keepConfirmed(confirmed)
                try endure(error)
                for event in mailbox.take(waitingMilliseconds: storeRetryMilliseconds) { take(event) }
            }
        }
    }
}
