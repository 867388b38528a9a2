import Fulfillment
import Orders
import TestSupport

/// An order that changes its mind again and again while systems work on it, by chance; what must hold is checked at
/// every step.
struct ChangeCourse {
    var run: OrderRun
    var systems = SystemsModel()
    var problems: [String] = []
    var random: SeededRandom
    let catalog: FulfillmentCatalog
    private var draft: OrderDraft
    private var revision = 1
    private var nextLine = 1
    /// The revision that took effect last, as it was sent.
    var accepted: OrderDraft?
    var lastWanted: OrderDraft?
    var sent: [Int: OrderDraft] = [:]
    private var delivered: [FulfillmentUpdate] = []
    /// What happened, for people.
    var story: [String] = []
    /// What happened how often, so that nothing is held of what never happens.
    var tally = ChangeTally()
    /// What a person has taken off the list, or says is done although nobody did it: its system may hold anything.
    var givenUp: Set<ComponentID> = []
    /// What systems hold of what is wanted otherwise by now, without being asked again.
    var left: [ComponentID: SystemsModel.Content] = [:]
    /// Whose values were fixed since their systems were asked for them.
    var fixedSince: Set<ComponentID> = []
    private let forgetsUndoOrder: Bool
    /// Whether systems come further before anybody changes his mind.
    private let answersMore: Bool
    /// Whether systems report on some of a component's lines before the others.
    private let answersByLine: Bool
    /// Whether systems refuse more than usual, and a person sets values of what they refused.
    let fixesOften: Bool
    /// What depended on what when the plan was made, of everything asked for.
    var dependsOn: [ComponentID: Set<ComponentID>] = [:]
    var toUndo: Set<ComponentID> = []
    /// What whoever sent the order was told last of how it stands.
    var lastTold: StateTree.Root?

    /// With `waitsForAll` more lines wait for all of the order, so that they wait for groups.
    init(seed: UInt64, forgetsUndoOrder: Bool = false, waitsForAll: Bool = false) {
        random = SeededRandom(seed: seed)
        self.forgetsUndoOrder = forgetsUndoOrder
        answersMore = waitsForAll
        var catalog = Self.catalog(&random)
        if waitsForAll {
            for at in catalog.dependencies.indices { catalog.dependencies[at].relation = .wholeOrder }
        }
        if !catalog.fallout.filter({ $0.action == .downstream }).isEmpty {
            systems.mendsItself = { $0.rawValue.hasPrefix("D/") }
        }
        answersByLine = random.percent(40)
        fixesOften = random.percent(35)
        self.catalog = catalog
        run = OrderRun(catalog)
        draft = OrderDraft(key: "SO-1", revision: "1", mode: "Deliver", lines: [])
        for _ in 0..<2 + random.below(3) + (waitsForAll ? 4 : 0) { addLine() }
    }

    var lifecycle: LifecycleState? { run.state?.lifecycle }

    /// Whether it goes on after its end.
    var isOpenAfterEnd: Bool {
        catalog.changes.afterEnd == .reopen && lifecycle != .aborted && problems.isEmpty
    }

    // MARK: Steps

    mutating func submit() { send(draft) }

    mutating func step() {
        if answersMore, random.percent(65) { return answer() }
        // What becomes of those who were told another value is what may go wrong.
        if fixesOften, run.state?.incidents.isEmpty == false, random.percent(50) { return correct() }
        if hasFixed, random.percent(35) { return stepAfterFix() }
        switch random.below(100) {
        case 0..<14: revise()
        case 14..<16: cancel()
        case 16..<20: operate(.suspend)
        case 20..<27: operate(.resume)
        case 27..<31: retryAll()
        case 31..<36: repeatAnswer()
        case 36..<42: wait(seconds: Int64(random.below(1_200)))
        case 42..<44: operate(.fail)
        case 44..<46: if lifecycle == .failed, run.state?.incidents.isEmpty ?? true { operate(.resolve) }
        case 46..<50: correct()
        case 50: if random.percent(40) { operate(.abort) }
        default: answer()
        }
    }

    /// Nothing changes or fails any more: everything comes to its end.
    mutating func settle() {
        systems.isSettling = true
        defer { systems.isSettling = false }
        var waits = 0
        for _ in 0..<2_000 {
            if lifecycle == .aborted {
                guard !systems.answers.isEmpty else { return }
                answer()
            } else if lifecycle == .suspended || lifecycle == .waitingForRevision {
                operate(.resume)
            } else if lifecycle == .failed, run.state?.incidents.isEmpty ?? true {
                operate(.resolve)
            } else if !systems.answers.isEmpty {
                answer()
            } else if lifecycle == .waiting {
                wait(seconds: 700)
            } else if run.state?.incidents.isEmpty == false {
                retryAll()
                if run.state?.incidents.isEmpty == false, systems.answers.isEmpty { giveUpAll() }
            } else if lifecycle != .completed, lifecycle != .cancelled, waits < 50 {
                // A request that was lost is sent again in time.
                waits += 1
                wait(seconds: 700)
            } else {
                return
            }
        }
        problems.append("it does not come to rest")
    }

    private mutating func addLine() {
        var line = TestOrders.thing("\(nextLine)")
        if random.percent(50), let parent = draft.lines.first(where: { $0.type == "BUNDLE" })?.id {
            line.parents = [parent]
        } else if random.percent(40) {
            let bundle = TestOrders.bundle("\(nextLine)")
            nextLine += 1
            draft.lines.append(bundle)
            line = TestOrders.thing("\(nextLine)", under: bundle.id)
        }
        line.attributes = [LineAttribute(name: "speed", value: "\(random.below(3))")]
        nextLine += 1
        draft.lines.append(line)
    }

    mutating func revise() {
        revision += catalog.revisionPolicy == .number && random.percent(5) ? 0 : 1
        switch random.below(4) {
        case 0: addLine()
        case 1:
            let things = draft.lines.indices.filter { draft.lines[$0].type == "PRODUCT" }
            if things.count > 1 { draft.lines.remove(at: things[random.below(things.count)]) }
        case 2:
            let earlier = sent.filter { !$0.value.lines.isEmpty }.min { $0.key < $1.key }
            if let earlier { draft.lines = earlier.value.lines }
        default:
            let things = draft.lines.indices.filter { draft.lines[$0].type == "PRODUCT" }
            guard !things.isEmpty else { return addLine() }
            let at = things[random.below(things.count)]
            draft.lines[at].attributes = [LineAttribute(name: "speed", value: "\(random.below(3))")]
        }
        draft.revision = String(revision)
        send(draft)
    }

    private mutating func send(_ draft: OrderDraft) {
        sent[revision] = sent[revision] ?? draft
        story.append("revision \(revision) of lines \(draft.lines.compactMap(\.id))")
        var message = draft
        if catalog.revisionPolicy == .arrival { message.revision = nil }
        let before = run.state
        let isSame = isTheSameAgain(draft, before)
        perform { $0.submit(message) }
        let events = run.hops.last?.events ?? []
        if checkArrival(isSame, events) {
            sent[revision] = nil
            revision -= 1
        }
        let isNone = events.contains { if case .revisionIgnored = $0 { true } else { false } }
        guard !isNone, !events.failures.contains(where: { $0.code == .revisionStale }) else { return }
        checkForbidden(draft.lines.isEmpty ? .cancel : .submitAmendment, before, events)
    }

    mutating func cancel() {
        if random.percent(50) { return operate(.cancel) }
        revision += 1
        var cancellation = draft
        cancellation.revision = String(revision)
        cancellation.lines = []
        send(cancellation)
    }

    mutating func operate(
        _ action: OrderOperation.Action,
        component: ComponentID? = nil,
        fixes: [DataFix] = []
    ) {
        story.append(action.rawValue + (component.map { " \($0)" } ?? ""))
        let before = run.state
        perform {
            $0.operate(OrderOperation(action: action, by: "Ann", component: component, fixes: fixes))
        }
        let events = run.hops.last?.events ?? []
        switch action {
        case .suspend: checkForbidden(.suspend, before, events)
        case .cancel: checkForbidden(.cancel, before, events)
        default: break
        }
    }

    private mutating func retryAll() { operate(.retry) }

    /// What cannot be asked again any more, a person takes off the list.
    private mutating func giveUpAll() {
        let components = run.state?.incidents.compactMap(\.failure.component) ?? []
        story.append("give up \(components)")
        givenUp.formUnion(components)
        operate(.skip)
    }

    mutating func wait(seconds: Int64) { perform { $0.timeReached(afterSeconds: seconds) } }

    private mutating func answer() {
        guard !systems.answers.isEmpty else { return }
        let at = random.below(systems.answers.count)
        var answer = systems.answers[at]
        let isByLine = answersByLine && random.percent(50)
        let (status, lines) = answer.next(isByLine ? 1 + random.below(3) : nil)
        if answer.statuses.isEmpty { systems.answers.remove(at: at) } else { systems.answers[at] = answer }
        var update = FulfillmentUpdate(
            orderKey: "SO-1",
            correlation: answer.correlation,
            externalID: "X-\(answer.component)"
        )
        if let lines {
            tally.add("answer by line")
            update.lines = lines.map { LineUpdate(lineID: $0, status: ReportedStatus(code: status)) }
        } else {
            update.status = ReportedStatus(code: status)
        }
        delivered.append(update)
        story.append("\(answer.correlation): \(status)" + (lines.map { " of lines \($0)" } ?? ""))
        perform { $0.receive(update) }
    }

    private mutating func repeatAnswer() {
        guard !delivered.isEmpty else { return }
        let update = delivered[random.below(delivered.count)]
        story.append("again \(update.correlation ?? ""): \(update.status?.code ?? "")")
        perform { $0.receive(update) }
    }

    // MARK: What follows

    private mutating func perform(_ body: (inout OrderRun) -> OrderDecision) {
        let before = run.state
        let decision = body(&run)
        tally.count(decision.events, before?.lifecycle)
        if decision.events.contains(where: { if case .accepted = $0 { true } else { false } }) {
            accepted = sent[run.state?.revision ?? 0]
            lastWanted = accepted
        }
        for event in decision.events {
            switch event {
            case .amended(let amendment):
                if amendment.isCancellation {
                    accepted = nil
                } else {
                    // A cancelled order that is resumed is wanted as it was before.
                    accepted =
                        sent[amendment.order.revision].flatMap { $0.lines.isEmpty ? nil : $0 } ?? lastWanted
                    lastWanted = accepted
                }
                toUndo = Set(
                    amendment.steps.filter { $0.kind == .undo || $0.kind == .undoThenDo }.map(\.component)
                )
                for component in before?.components ?? [] where component.requests > 0 {
                    dependsOn[component.id] = Set(
                        component.plan.dependsOn.flatMap { awaited($0, before?.groups) }
                    )
                }
                expectAfter(amendment, decision.events, before)
            case .dataFixed(let fix): noteFix(fix, before)
            case .compensationReleased(let id, let mode): check(id, mode, before)
            case .componentProgressed(let id, _, .undoCompleted),
                .componentProgressed(let id, _, .undoFailedContinue):
                toUndo.remove(id)
            default: break
            }
        }
        checkStanding(decision.events, before)
        let told = Told(decision, run)
        // What answers a revision that is refused is not about the order as it stands.
        for report in told.reports where report.revision == nil { lastTold = report.root }
        guard let state = run.state, let order = state.order else { return }
        for request in told.requests {
            givenUp.remove(request.component)
            noteRequest(request)
            let canBeLost = catalog.systems[request.system]?.silenceSecondsMax != nil
            if canBeLost, !systems.isSettling, random.percent(fixesOften ? 30 : 15) {
                story.append("\(request.correlation) is lost")
                systems.lose(request, of: order)
                continue
            }
            tally.count(request)
            systems.take(request, of: order, refuses: random.percent(fixesOften ? 16 : 8))
        }
        problems += systems.problems
        if forgetsUndoOrder { forgetUndoOrder() }
    }
}
