internal import Broker
internal import Catalog
internal import Fulfillment
internal import Orders
internal import Station
internal import Store

/// One run: a station, everything around it, and a seed that decides what happens next.
package final class Simulation {
    let site: SimulationSite
    let setup: SimulationSetup
    let clock = SimulatedClock()
    let broker: SimulatedBroker
    let capture: OrderCapture
    let desk: ChangeDesk
    let systems: ExternalSystems
    let receivers: [Receiver]
    let nodes: [Node]
    let trace: Trace
    let expectations: Expectations?
    var random: SeededGenerator
    var faults: FaultCourse
    var report: SimulationReport
    private var step = 0
    private var actions: [Action] = []
    private var brokerMoves: [BrokerMove] = []
    private var awakeStages: [Int] = []
    private var waiting: [Int] = []
    private let receiverPlaces: [Int]
    /// What a node owes first, and since when, once there are no faults any more.
    private var owed: [Int: (row: Int64, since: Int64)] = [:]
    /// When order capture sends its next order.
    private var nextOrderAt: Int64 = 0
    /// Journals that a check could not read, each once a purpose: none of them may pass for checked.
    private(set) var unreadable: [String] = []
    /// How often people have put right what was left when all was quiet.
    var rounds = 0
    /// The kinds of orders to be sent, when they are given.
    private var plannedOrders: [Int]?

    /// After the faults this many steps must be enough.
    static let recoveryStepsMax = 150_000
    /// A run that takes this many steps with faults has gone astray.
    static let stepsMax = 4_000_000
    /// Without faults a message is owed for so long at most.
    private static let owedMillisecondsMax: Int64 = 120_000
    /// How long a stage of the station waits at most.
    private static let idleWaitMilliseconds: Int64 = 500

    enum Action {
        case stage(node: Int, stage: Int)
        case start(node: Int)
        case broker(BrokerMove)
        case request(system: Int)
        case answer
        case receive(Int)
        case order
        case change
    }

    /// A run that has not begun; each of the `backings` stands behind the store of one process.
    package init(
        site: SimulationSite,
        setup: SimulationSetup,
        expectations: Expectations?,
        bug: PlantedBug? = nil,
        orders plannedOrders: [Int]? = nil,
        backings: [any StoreBacking] = [],
        trace: Trace = Trace()
    ) throws {
        self.site = site
        let setup = setup.adapted(to: bug)
        self.setup = setup
        self.trace = trace
        self.expectations = expectations
        self.plannedOrders = plannedOrders
        random = SeededGenerator(seed: setup.seed)
        report = SimulationReport(seed: setup.seed)
        let clock = clock
        broker = SimulatedBroker(
            seed: setup.seed ^ 0xB0B,
            now: { clock.elapsedMilliseconds },
            firstRetrySeconds: setup.firstRetrySeconds
        )
        let configuration = site.configuration(setup)
        let roles = site.roles(of: configuration)
        try broker.apply(configuration.topology)
        capture = OrderCapture(
            templates: site.templates,
            queues: configuration.workers.first?.orders ?? [],
            urgentQueues: configuration.workers.first?.urgentOrders ?? [],
            broker: broker,
            clock: clock,
            seed: setup.seed
        )
        var operationQueues: [RoleName: String] = [:]
        for worker in configuration.workers { operationQueues[worker.role] = worker.operations.first }
        desk = ChangeDesk(
            template: site.revisable,
            orderQueue: configuration.workers.first?.orders.first ?? "",
            operationQueues: operationQueues,
            broker: broker,
            clock: clock,
            seed: setup.seed
        )
        systems = ExternalSystems(
            roles: roles,
            silencePercent: setup.silencePercent,
            broker: broker,
            clock: clock
        )
        let consumed = Set(roles.flatMap(\.queues)).union(systems.queues)
        let broker = broker
        receivers = configuration.topology.queues.map(\.name).filter { !consumed.contains($0) }
            .map { Receiver(queue: $0, broker: broker) }
        receiverPlaces = broker.places(ofQueues: receivers.map(\.queue))
        let shares = setup.hasTwoProcesses ? roles.map { [$0] } : [roles]
        let ids = SimulatedIDs(prefix: "m")
        nodes = shares.enumerated().map { number, share in
            Node(
                number: number,
                roles: share,
                configuration: configuration,
                broker: broker,
                clock: clock,
                ids: ids,
                setup: setup,
                bug: bug,
                backing: backings.isEmpty ? nil : backings[number]
            )
        }
        faults = FaultCourse(setup: setup)
        broker.ask(DurableHops(nodes).witness)
    }

    /// Runs to quiet and checks what must hold then.
    package func run() throws -> SimulationReport {
        for node in nodes { try node.start() }
        var quietSince: Int64?
        var recoverySteps = 0
        while true {
            if faults.isOver {
                if quietSince == nil {
                    trace.note("--- faults are over; now to quiet")
                    heal()
                    quietSince = clock.elapsedMilliseconds
                }
                recoverySteps += 1
                guard recoverySteps < Self.recoveryStepsMax else {
                    report.violations.append("no quiet after \(recoverySteps) steps without faults")
                    break
                }
            }
            guard step < Self.stepsMax else {
                report.violations.append("no end after \(step) steps")
                break
            }
            guard try turn() else { break }
            if quietSince != nil, !isPrompt() { break }
        }
        report.recoveryMilliseconds = clock.elapsedMilliseconds - (quietSince ?? 0)
        report.simulatedMilliseconds = clock.elapsedMilliseconds
        report.orders = orderCount
        report.steps = step
        report.restarts = nodes.reduce(0) { $0 + $1.restarts }
        report.commits = nodes.reduce(0) { $0 + $1.disk.commits }
        report.faults = faults.met
        report.circumstances = broker.circumstances
        report.violations += broker.misdeeds
        for node in nodes { report.violations += BackingComparison.problems(of: node.disk) }
        report.changes = desk.counts.merging(systems.counts, uniquingKeysWith: +)
        var invariants = Invariants(self)
        report.violations += invariants.problems()
        report.violations += unreadable
        report.exemptions = invariants.exemptions
        report.changes.merge(invariants.changes, uniquingKeysWith: +)
        report.digest = trace.digest
        if trace.isOn { tellStories(of: report.violations) }
        return report
    }

    /// What a journal tells; that it cannot be read is a problem of the run.
    func read<Told>(
        _ id: OrderID,
        for purpose: String,
        _ body: () throws(JournalError) -> Told?
    ) -> Told? {
        do throws(JournalError) { return try body() } catch {
            let problem = "the journal of \(id) cannot be read for \(purpose): \(error)"
            if !unreadable.contains(problem) { unreadable.append(problem) }
            return nil
        }
    }

    /// The state of an order as its whole journal tells it.
    func fold(_ stored: StoredOrder, for purpose: String) -> OrderState? {
        read(stored.record.id, for: purpose) { () throws(JournalError) in
            try JournalCodec.fold(
                stored.journal.map { ($0.at, $0.events) },
                onto: nil,
                id: stored.record.id
            )
        }
    }

    /// One step of somebody; false when nothing is left to do.
    private func turn() throws -> Bool {
        noteProgress()
        actions.removeAll(keepingCapacity: true)
        collectActions()
        if actions.isEmpty { return jump() }
        let action = choose()
        step += 1
        try perform(action)
        if random.percent(30) {
            clock.advance(toElapsed: clock.elapsedMilliseconds + Int64(random.between(0, 3)))
        }
        if !faults.isOver, faults.isDue(step: step, random: &random) { injectFault() }
        faults.endSpells(in: self)
        countFaultsMet()
        return true
    }

    /// Whether what is owed goes out in time, now that everything works.
    private func isPrompt() -> Bool {
        let now = clock.elapsedMilliseconds
        for node in nodes {
            guard let row = node.disk.look({ $0.contents.outbox.first?.id }) else {
                owed[node.number] = nil
                continue
            }
            if let known = owed[node.number], known.row == row {
                guard now - known.since > Self.owedMillisecondsMax else { continue }
                report.violations.append(
                    "outbox row \(row) is owed for \(now - known.since) ms without faults"
                )
                return false
            }
            owed[node.number] = (row, now)
        }
        return true
    }

    /// Orders are sent and faults happen until there were enough of both.
    private func noteProgress() {
        let isEnough = plannedOrders?.isEmpty ?? (orderCount >= setup.orders)
        faults.note(hasEnoughOrders: isEnough, nodes: nodes)
    }

    /// Time moves on to the next moment at which anything can happen; false when there is none.
    private func jump() -> Bool {
        let now = clock.elapsedMilliseconds
        var next: Int64?
        func note(_ moment: Int64?) {
            if let moment, moment < .max { next = min(next ?? .max, max(moment, now + 1)) }
        }
        note(broker.nextMoment)
        note(systems.nextDue)
        for node in nodes {
            guard node.isRunning else {
                note(node.startsAt)
                continue
            }
            note(node.nextTurn(after: now))
            let wait = node.disk.look { $0.contents.wait }
            note(wait.due.map { clock.elapsedMilliseconds(at: $0) })
            // Whoever owes something, or is in the middle of something, looks again after half a second at most.
            if wait.owesAnything || broker.unsettledCount > 0 || node.disk.hasFaultPending || node.isStopping
            {
                note(now + Self.idleWaitMilliseconds)
            }
        }
        if mayOrder { note(nextOrderAt) }
        note(desk.nextDue)
        note(faults.nextMoment)
        guard let next else {
            guard !faults.isOver else { return putRight() }
            // Nothing is left to go wrong: more orders, as long as faults are still owed.
            step += 1
            injectFault()
            return true
        }
        step += 1
        clock.advance(toElapsed: next)
        for node in nodes { node.wake() }
        trace.note("\(clock.elapsedMilliseconds) ms, wall clock \(clock.now())")
        faults.endSpells(in: self)
        return true
    }

    private var orderCount: Int { capture.sent.count + desk.orders.count }

    private var mayOrder: Bool { plannedOrders.map { !$0.isEmpty } ?? !faults.isOver }

    // MARK: What can happen

    private func collectActions() {
        let now = clock.elapsedMilliseconds
        for (index, node) in nodes.enumerated() {
            if node.isRunning {
                awakeStages.removeAll(keepingCapacity: true)
                node.appendAwakeStages(to: &awakeStages, now: now)
                for stage in awakeStages { actions.append(.stage(node: index, stage: stage)) }
            } else if node.startsAt <= now {
                actions.append(.start(node: index))
            }
        }
        brokerMoves.removeAll(keepingCapacity: true)
        broker.moves(into: &brokerMoves)
        for move in brokerMoves { actions.append(.broker(move)) }
        waiting.removeAll(keepingCapacity: true)
        broker.appendWaiting(among: systems.places, to: &waiting)
        for system in waiting { actions.append(.request(system: system)) }
        if systems.hasDue { actions.append(.answer) }
        waiting.removeAll(keepingCapacity: true)
        broker.appendWaiting(among: receiverPlaces, to: &waiting)
        for index in waiting { actions.append(.receive(index)) }
        if mayOrder, nextOrderAt <= now { actions.append(.order) }
        if desk.nextDue.map({ $0 <= now }) ?? false { actions.append(.change) }
    }

    private func choose() -> Action {
        let weights = setup.weights
        func weight(_ action: Action) -> Int {
            switch action {
            case .stage, .start: weights.station
            case .broker(.client), .broker(.toClient): weights.links
            case .broker: weights.broker
            case .request, .answer, .receive, .order, .change: weights.world
            }
        }
        let total = actions.reduce(0) { $0 + weight($1) }
        var left = random.between(0, total - 1)
        for (index, action) in actions.enumerated() {
            left -= weight(action)
            if left < 0 {
                trace.mix(index)
                return action
            }
        }
        return actions[0]
    }

    private func perform(_ action: Action) throws {
        switch action {
        case .stage(let node, let stage):
            let name = nodes[node].name(ofStage: stage)
            let hasEnded = nodes[node].step(stage: stage)
            trace.note("\(step) node \(node) \(name)\(hasEnded ? ": the process ends" : "")")
            if hasEnded { scheduleStart(of: node) }
        case .start(let node):
            trace.note("\(step) node \(node) starts")
            do {
                try nodes[node].start()
            } catch {
                // As a service manager does: it is started again.
                nodes[node].end()
                scheduleStart(of: node)
            }
        case .broker(let move):
            let count = random.between(1, setup.burst)
            trace.note("\(step) \(move) \(count)")
            broker.perform(move, count: count)
            switch move {
            case .client, .toClient: for node in nodes { node.wake() }
            case .toBroker, .serve, .notice: break
            }
        case .request(let system):
            let what = systems.take(system, random: &random)
            for fallen in systems.takeFallen() { desk.planCorrection(fallen, random: &random) }
            trace.note("\(step) request \(what)")
        case .answer:
            let what = systems.answer()
            trace.note("\(step) answer \(what)")
        case .receive(let index):
            let what = receivers[index].take()
            trace.note("\(step) received \(what)")
        case .order:
            let what: String
            if let next = plannedOrders?.first {
                plannedOrders?.removeFirst()
                what = capture.send(template: next, random: &random)
            } else if random.percent(setup.changingPercent) {
                what = desk.send(random: &random)
            } else {
                what = capture.send(random: &random)
            }
            let pause = orderCount < setup.orders ? random.between(0, 400) : 20_000
            nextOrderAt = clock.elapsedMilliseconds + Int64(pause)
            trace.note("\(step) order \(what)")
        case .change:
            let what = desk.act(systems, random: &random)
            trace.note("\(step) change: \(what)")
        }
    }

    func scheduleStart(of node: Int) {
        nodes[node].startsAt = clock.elapsedMilliseconds + Int64(random.between(0, 3_000))
    }

    // MARK: Faults

    private func injectFault() {
        guard let kind = faults.choose(random: &random) else { return }
        let hasEffect = inflict(kind)
        trace.note("\(step) FAULT \(kind)\(hasEffect ? "" : " (without effect)")")
    }

    /// Everything works again; what the faults left behind stays.
    private func heal() {
        faults.endAllSpells(in: self)
        broker.setDown(false)
        broker.setAlarm(false)
        for queue in site.configuration.topology.queues { broker.setMood(.accepting, ofQueue: queue.name) }
        for node in nodes {
            node.stall(until: 0)
            node.disk.setNextFault(nil)
            node.disk.refuseReads(0)
        }
    }
}
