internal import Broker
internal import Catalog
internal import Fulfillment
internal import Orders
internal import Station
internal import Store

/// What must hold once all is quiet.
struct Invariants {
    let simulation: Simulation
    private var found: [String] = []
    /// Orders to which something was reported too late to change anything.
    private var late: Set<OrderKey> = []
    /// Orders of which a system's failure was told before what it had said earlier: that looks like a repair.
    private var reordered: Set<OrderKey> = []
    /// What the journals of orders tell that were changed after they were sent.
    var changed: [OrderID: ChangeCourseCheck] = [:]
    /// The last request to the second role for each component of the first.
    private(set) var lastProvisioning: [String: (queue: String, body: [UInt8])] = [:]
    /// How often each request was sent once more because nobody answered it.
    private var sentAgain: [String: Int] = [:]
    var changes: [ChangeKind: Int] = [:]
    /// How orders ended, as their whole journals tell it: by the key that was sent, then by what it became.
    private var ends: [OrderKey: [OrderID: OrderResult]] = [:]
    /// What was let pass.
    private(set) var exemptions: [Exemption: ExemptionShare] = [:]
    /// More are of no help.
    private static let problemsMax = 20

    init(_ simulation: Simulation) { self.simulation = simulation }

    mutating func note(_ problem: String) {
        if found.count < Self.problemsMax { found.append(problem) }
    }

    private mutating func note(_ kind: Exemption, exempted: Int, of checks: Int) {
        let known = exemptions[kind] ?? ExemptionShare()
        exemptions[kind] = known + ExemptionShare(exempted: exempted, of: checks)
    }

    mutating func problems() -> [String] {
        for node in simulation.nodes { checkStore(of: node) }
        if simulation.broker.unsettledCount > 0 {
            note("\(simulation.broker.unsettledCount) deliveries are not settled")
        }
        for queue in simulation.site.configuration.topology.queues {
            let count = simulation.broker.count(inQueue: queue.name)
            if count > 0 { note("\(count) messages are left in \(queue.name)") }
        }
        for problem in simulation.systems.unreadable { note(problem) }
        checkInput()
        checkOutput()
        checkOrders()
        checkChangingOrders()
        return found
    }

    // MARK: Stores

    private mutating func checkStore(of node: Node) {
        let reader = node.disk.openReader()
        for problem in reader.consistencyProblems(limit: 5) { note(problem) }
        let statistics = reader.statistics()
        if statistics.outboxPending > 0 {
            note("\(statistics.outboxPending) messages are left in the outbox")
        }
        if statistics.timers > 0 { note("\(statistics.timers) timers are left") }
        if statistics.parked > 0 { note("\(statistics.parked) messages are left parked") }
        let fired = statistics.counters[CounterName.timersFired] ?? 0
        let set = node.disk.look { $0.contents.timersEverSet }
        let again = node.disk.look { $0.contents.timersFiredInVain }
        note(.firedInVain, exempted: again, of: Int(fired))
        if fired > Int64(set + again) { note("\(fired) timers fired, \(set) were set") }
        for timer in node.firedTimers.again { note("timer \(timer) fired twice") }
        for order in reader.orders(afterRow: 0, limit: .max) {
            guard let stored = reader.history(order.id) else { continue }
            checkJournal(stored)
        }
    }

    private mutating func checkJournal(_ stored: StoredOrder) {
        let id = stored.record.id
        var seen: Set<MessageID> = []
        for hop in stored.journal {
            guard let messageID = hop.messageID, hop.cause != "timer" else { continue }
            if !seen.insert(messageID).inserted { note("message \(messageID) took effect twice on \(id)") }
        }
        do {
            let journal = try DecodedJournal(stored)
            let whole = journal.state
            let tail = stored.journal.filter { $0.sequence > stored.snapshot?.sequence ?? 0 }
            let short = try StoredOrder(record: stored.record, snapshot: stored.snapshot, journal: tail)
                .state(of: id)
            if whole != short { note("the snapshot of \(id) with its tail is not the fold of its journal") }
            guard let whole else { return note("the journal of \(id) is empty") }
            let record = HopEngine.record(whole, row: stored.record.row, sequence: stored.record.sequence)
            if record != stored.record { note("the summary of \(id) is not what its journal says") }
            ends[id.key.base, default: [:]][Simulation.resultID(id)] = OrderResult(whole)
            checkDirection(journal)
            checkCourse(journal)
        } catch {
            note("the journal of \(id) cannot be read: \(error)")
        }
    }

    private mutating func checkCourse(_ journal: DecodedJournal) {
        let id = journal.id
        guard let catalog = simulation.site.catalogs[id.role]?.fulfillment else { return }
        let check = ChangeCourseCheck(journal, catalog: catalog)
        for (component, count) in check.sentAgain { sentAgain["\(id.key)_\(component)"] = count }
        if ChangeDesk.isChanging(id.key) {
            changed[id] = check
        } else {
            changes.merge(check.counts, uniquingKeysWith: +)
            for problem in check.problems { note(problem) }
        }
    }

    /// What is finished stays finished.
    private mutating func checkDirection(_ journal: DecodedJournal) {
        let id = journal.id
        guard let catalog = simulation.site.catalogs[id.role]?.fulfillment else { return }
        var states: [String: StateName] = [:]
        for hop in journal.hops {
            for case .updateIgnored in hop.events { late.insert(id.key.base) }
            for event in hop.events {
                if let begun = event.beginsAnew {
                    // What is asked for once more, or taken back, begins anew.
                    states = states.filter { begun != nil && !$0.key.hasPrefix("\(begun ?? "") ") }
                }
                guard case .lineProgressed(let component, let line, let state, _) = event else { continue }
                let key = "\(component) \(line)"
                if let before = states[key], catalog.states.root(of: before) == .failed,
                    catalog.states.root(of: state) == .inProgress
                {
                    reordered.insert(id.key.base)
                }
                if let before = states[key], !catalog.states.state(before, mayBecome: state), before != state
                {
                    note("\(id): line \(line) of \(component) went back from \(before) to \(state)")
                }
                states[key] = state
            }
        }
    }

    // MARK: Messages

    /// The store that knows a role's messages.
    private func disk(of role: RoleName) -> SimulatedDisk? {
        simulation.nodes.first { $0.roles.contains { $0.role == role } }?.disk
    }

    private func isKnown(_ messageID: String, by role: RoleName) -> Bool {
        disk(of: role)?.look { $0.contents.inbox[ByteKey(role, messageID)] != nil } ?? false
    }

    func role(reading queue: String) -> RoleName? {
        simulation.nodes.flatMap(\.roles).first { $0.queues.contains(queue) }?.role
    }

    /// Whatever came in took effect, or stands in the error queue.
    private mutating func checkInput() {
        let errorQueues = Set(simulation.nodes.flatMap(\.roles).map(\.configuration.errors.routingKey))
        var inError: Set<String> = []
        for receiver in simulation.receivers where errorQueues.contains(receiver.queue) {
            inError.formUnion(receiver.received.map(\.messageID))
        }
        for sent in simulation.capture.everything + simulation.systems.everything
            + simulation.desk.everything
        {
            guard let role = role(reading: sent.queue) else { continue }
            if !isKnown(sent.messageID, by: role), !inError.contains(sent.messageID) {
                note("message \(sent.messageID) to \(sent.queue) is lost")
            }
        }
    }

    /// Whatever was owed arrived, in order, with one body, and nothing else did.
    private mutating func checkOutput() {
        var arrivals: [String: [(messageID: String, digest: Int64)]] = [:]
        for receiver in simulation.receivers {
            arrivals[receiver.queue] = receiver.received.map { ($0.messageID, $0.digest) }
        }
        for request in simulation.systems.requests {
            arrivals[request.queue, default: []].append((request.messageID, request.digest))
        }
        for node in simulation.nodes {
            let owed = node.disk.look { $0.contents.everOwed }
            checkRequests(owed)
            var owedTo: [String: [StoreContents.OwedMessage]] = [:]
            for row in owed {
                for queue in queues(of: row.destination) { owedTo[queue, default: []].append(row) }
            }
            for (queue, rows) in owedTo.sorted(by: { $0.key < $1.key }) {
                if let role = role(reading: queue) {
                    for row in rows where !isKnown(row.messageID, by: role) {
                        note("message \(row.messageID) to \(queue) never arrived at \(role)")
                    }
                } else {
                    check(arrivals[queue] ?? [], against: rows, queue: queue)
                }
            }
        }
        let owed = Set(simulation.nodes.flatMap { $0.disk.look { $0.contents.everOwed.map(\.messageID) } })
        for queue in arrivals.keys.sorted() {
            for arrival in arrivals[queue] ?? [] where !owed.contains(arrival.messageID) {
                note("message \(arrival.messageID) arrived in \(queue), and nobody owed it")
            }
        }
    }

    /// Where a message arrives: in its queue, or in those bound to its exchange.
    private func queues(of destination: Destination) -> [String] {
        guard !destination.exchange.isEmpty else { return [destination.routingKey] }
        return simulation.broker.withState { $0.routing.namesOfQueues(for: destination) }
    }

    private mutating func check(
        _ arrivals: [(messageID: String, digest: Int64)],
        against rows: [StoreContents.OwedMessage],
        queue: String
    ) {
        let refused = simulation.broker.withState { $0.refusedMessages }
        var place: [String: Int] = [:]
        var digests: [String: Int64] = [:]
        for (index, arrival) in arrivals.enumerated() {
            if place[arrival.messageID] == nil { place[arrival.messageID] = index }
            if let digest = digests[arrival.messageID], digest != arrival.digest {
                note("message \(arrival.messageID) arrived in \(queue) with two contents")
            }
            digests[arrival.messageID] = arrival.digest
        }
        var last: [OrderID: (place: Int, messageID: String)] = [:]
        var mayBePassed = false
        for row in rows {
            guard let at = place[row.messageID] else {
                note("message \(row.messageID) to \(queue) never arrived")
                continue
            }
            if digests[row.messageID] != BodyDigest.of(row.body) {
                note("message \(row.messageID) arrived in \(queue) with other content than was owed")
            }
            // What is on its way when a queue takes messages again passes what has just come back, and what waited
            // behind that.
            if refused.contains(row.messageID) { mayBePassed = true }
            guard let order = row.order else { continue }
            if let before = last[order], before.place > at {
                note("in \(queue) message \(row.messageID) of \(order) overtook \(before.messageID)")
            }
            note(.overtakenWhenRefused, exempted: mayBePassed ? 1 : 0, of: 1)
            if !mayBePassed { last[order] = (at, row.messageID) }
        }
    }

    /// Each component is asked for once.
    private mutating func checkRequests(_ owed: [StoreContents.OwedMessage]) {
        let kinds = ["ProcessProvisioningOrderEBM", "ProcessFulfillmentOrderEBM"]
        var asked: [String: String] = [:]
        for row in owed where kinds.contains(row.type ?? "") {
            let correlation = row.correlation ?? ""
            let component = correlation.prefix { $0 != "~" }
            if row.type == kinds[0] {
                lastProvisioning[String(component)] = (row.destination.routingKey, row.body)
            }
            let key = "\(row.destination.routingKey) \(correlation)"
            if let before = asked[key], before != row.messageID {
                let left = sentAgain[String(component)] ?? 0
                if left == 0 { note("\(correlation) was asked for twice: \(before), \(row.messageID)") }
                sentAgain[String(component)] = left - 1
            }
            asked[key] = row.messageID
        }
    }

    // MARK: Orders

    /// Every order ended as it ends when nothing goes wrong.
    private mutating func checkOrders() {
        guard let expectations = simulation.expectations else { return }
        let found = ends
        for sent in simulation.capture.sent {
            let mayEndOtherwise = reordered.contains(sent.key)
            note(.endOfReordered, exempted: mayEndOtherwise ? 1 : 0, of: 1)
            if mayEndOtherwise { continue }
            let name = "order \(sent.key) (\(simulation.capture.templateName(sent.template)))"
            let expected = expectations.results[sent.template]
            let results = found[sent.key] ?? [:]
            for id in expected.keys.sorted(by: { "\($0)" < "\($1)" }) where results[id] == nil {
                note("\(name) did not become \(id)")
            }
            for (id, result) in results.sorted(by: { "\($0.key)" < "\($1.key)" }) {
                guard let wanted = expected[id] else {
                    note("\(name) became \(id), too")
                    continue
                }
                // Of two connections the one with the later report may come first.
                let mayMiss = late.contains(sent.key)
                note(.lateMilestones, exempted: mayMiss ? 1 : 0, of: 1)
                if let difference = result.difference(from: wanted, mayMissMilestones: mayMiss) {
                    note("\(name) in \(id.role) \(difference)")
                }
            }
        }
        for key in found.keys.sorted()
        where !ChangeDesk.isChanging(key) && !simulation.capture.sent.contains(where: { $0.key == key }) {
            note("nobody sent order \(key)")
        }
    }
}

extension OrderEvent {
    /// The component that is asked for anew; `nil` inside for all of an order, `nil` outside for none.
    fileprivate var beginsAnew: ComponentID?? {
        switch self {
        case .compensationReleased(let id, _), .componentReset(let id), .componentRetried(let id): .some(id)
        case .amended, .operated: .some(nil)
        default: .none
        }
    }
}

extension Simulation {
    /// How the only order of a run ended, by what it became.
    func results() -> [OrderID: OrderResult] {
        capture.sent.first.map { allResults()[$0.key] ?? [:] } ?? [:]
    }

    /// An order under a key that names no order.
    static func resultID(_ id: OrderID) -> OrderID {
        let rest = id.key.rawValue.dropFirst(id.key.base.rawValue.count)
        return OrderID(role: id.role, key: OrderKey(rawValue: "{key}\(rest)"))
    }

    /// As the invariants find it.
    func allResults() -> [OrderKey: [OrderID: OrderResult]] {
        var results: [OrderKey: [OrderID: OrderResult]] = [:]
        for node in nodes {
            let reader = node.disk.openReader()
            for record in reader.orders(afterRow: 0, limit: .max) {
                guard let stored = reader.history(record.id),
                    let state = fold(stored, for: "how it ended")
                else { continue }
                results[record.id.key.base, default: [:]][Self.resultID(record.id)] = OrderResult(state)
            }
        }
        return results
    }
}
