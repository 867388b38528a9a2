import Foundation
import Orders
import Store
import Synchronization
import TestSupport

/// One kind of fault, over and over, while orders come in; then quiet, and everything is compared.
final class Course: Sendable {
    let fault: FaultClass
    let site: SoakSite
    let options: CourseOptions
    /// What the broker is loaded with, where its clock is to step.
    let brokerShim: FaultShim?
    private let state: Mutex<State>

    private struct State {
        var chance: SeededRandom
        var recoveries: [Double] = []
        var paceRecoveries: [Double] = []
        var detections: [Double] = []
        var unnoticed: [Double] = []
        /// Times before the first fault and after the last one.
        var before: ClosedRange<UInt64>?
        var faultsBegin: UInt64 = 0
        var after: ClosedRange<UInt64>?
        var problems: [String] = []
        var pointsHit: [String: Int] = [:]
        var brokerKills = 0
        var verifications = 0
        var fileChecks = 0
        var nextFileCheck = 0
        var catchUp: CatchUp?
        var caughtUpSeconds: Double?
        var storeAtEnd: StoreAtEnd?
        var attemptsSpent: [String]?
        var bursts: Bursts?
        var isOver = false
    }

    init(
        _ fault: FaultClass,
        server: RabbitMQServer,
        brokerShim: FaultShim? = nil,
        folder: URL,
        options: CourseOptions
    ) throws {
        self.fault = fault
        self.brokerShim = brokerShim
        self.options = options
        state = Mutex(State(chance: SeededRandom(seed: options.seed)))
        var setup = SoakSite.Setup(
            load: options.load,
            heartbeatSeconds: options.heartbeatSeconds,
            seed: options.seed
        )
        setup.usesShim = fault.usesShim
        setup.linesToDrop = options.plant == .ledgerLine ? 1 : 0
        if fault == .repeated {
            setup.orderCopies = 2...5
            setup.orderWindow = 100
            setup.disorder = Sink.Disorder(copies: 2...5, window: 100, kept: Self.repeatedMax)
        }
        site = try SoakSite(server, name: fault.rawValue, folder: folder, setup: setup)
    }

    // MARK: What rounds need

    /// How long the fault lasts in that round: a random time between these, unless it is a long one.
    func faultSeconds(_ number: Int, _ range: ClosedRange<Double>) -> Double {
        options.longSeconds(fault, round: number) ?? seconds(range)
    }

    /// A random time between these.
    func seconds(_ range: ClosedRange<Double>) -> Double {
        state.withLock { Double.random(in: range, using: &$0.chance) }
    }

    func number(_ range: ClosedRange<Int>) -> Int {
        state.withLock { Int.random(in: range, using: &$0.chance) }
    }
    func noteRecovery(_ seconds: Double) { state.withLock { $0.recoveries.append(seconds) } }
    func notePaceRecovery(_ seconds: Double) { state.withLock { $0.paceRecoveries.append(seconds) } }
    func noteDetection(_ seconds: Double) { state.withLock { $0.detections.append(seconds) } }
    func noteUnnoticed(_ seconds: Double) { state.withLock { $0.unnoticed.append(seconds) } }
    func noteProblem(_ text: String) { state.withLock { $0.problems.append(text) } }
    func noteBrokerKill() { state.withLock { $0.brokerKills += 1 } }
    func noteHit(_ point: FaultShim.Point) { state.withLock { $0.pointsHit[point.name, default: 0] += 1 } }

    /// The last fault so far is over.
    func noteFaultEnd(at moment: UInt64) { state.withLock { $0.catchUp?.noteFaultEnd(at: moment) } }
    func noteBacklog() {
        let backlog = backlog
        state.withLock { $0.catchUp?.note(backlog: backlog, at: Moment.nanoseconds()) }
    }
    /// How long it took from the last fault until no more orders than before were on their way, once that has lasted.
    func caughtUpSeconds(settledSeconds: Double) -> Double? {
        state.withLock { state in
            guard let catchUp = state.catchUp else { return nil }
            return catchUp.calmSeconds(at: Moment.nanoseconds()) >= settledSeconds ? catchUp.seconds : nil
        }
    }
    /// Orders a second before all faults, and when the last fault so far was over; nil where no orders came then.
    var paceBefore: (perSecond: Double, faultEnd: UInt64)? {
        let (before, faultEnd) = state.withLock { ($0.before, $0.catchUp?.faultEnd) }
        guard let before, let faultEnd else { return nil }
        return (site.times.pace(from: before.lowerBound, to: before.upperBound).perSecond, faultEnd)
    }
    func notePaceBefore(from start: UInt64, to end: UInt64, faultsBegin: UInt64, _ catchUp: CatchUp) {
        state.withLock { state in
            state.before = start...end
            state.faultsBegin = faultsBegin
            state.catchUp = catchUp
        }
    }
    func notePaceAfter(from start: UInt64, to end: UInt64, caughtUpSeconds: Double?) {
        state.withLock { state in
            state.after = start...end
            state.caughtUpSeconds = caughtUpSeconds
        }
    }

    func noteBursts(_ bursts: Bursts) { state.withLock { $0.bursts = bursts } }

    /// More than a recovery may take, so that its time can be told.
    static let recoverySecondsAwaited = 90.0

    /// Waits for the first commit after a fault has ended, and notes how long it took.
    func measureRecovery() async throws {
        let start = Moment.nanoseconds()
        noteFaultEnd(at: start)
        let before = try await site.worker.hopsRead()
        try await eventually(
            "a commit after the fault; the worker says: \(site.worker.log.suffix(1_500))",
            seconds: Self.recoverySecondsAwaited,
            every: 0.01
        ) {
            guard site.worker.isRunning else {
                throw SoakProblem("the worker ended by itself: \(site.worker.log.suffix(2_000))")
            }
            return (site.worker.hops ?? 0) > before
        }
        noteRecovery(Moment.seconds(since: start))
    }

    /// Has everything in the store compared, beside a worker that goes on.
    func verify() async throws {
        try await site.expectSuccess("verify")
        state.withLock { $0.verifications += 1 }
    }

    /// Looks at the store's file beside the worker that has just opened it again, if it has come so far.
    func checkFile(_ round: Int) {
        guard round >= state.withLock({ $0.nextFileCheck }), site.worker.log.contains("consuming") else {
            return
        }
        let start = Moment.nanoseconds()
        let problems = FileCheck.problems(site.storeReader)
        state.withLock { state in
            state.fileChecks += 1
            state.nextFileCheck =
                round + 1 + FileCheck.roundsWithout(afterSeconds: Moment.seconds(since: start))
            state.problems += problems.map { "the store's file in round \(round): \($0)" }
        }
    }

    // MARK: The whole of it

    func run() async throws -> CourseFigures {
        let begun = Moment.nanoseconds()
        let pulse = Task.detached { [self] in
            while !state.withLock({ $0.isOver }) {
                site.sink.retry()
                site.generator.retry()
                site.worker.noteResources()
                noteBacklog()
                await pause(seconds: 0.1)
            }
        }
        var atStart: WorkerSeat.Resources?
        do {
            if fault.hasSteadyOrders {
                try site.worker.start()
                try await site.worker.waitUntilConsuming()
                site.generator.start()
                try await eventually("the first orders", seconds: 60) {
                    site.sink.completed >= options.warmUpOrders
                }
            }
            atStart = await site.worker.settledResources()
            let before = try await measureBursts()
            try await awaitPace()
            await watchBefore()
            for round in 0..<options.rounds(fault) {
                try await self.round(round)
                await measurePaceRecovery(after: round)
            }
            await watchAfter()
            let after = try await measureBursts()
            if fault.hasSteadyOrders { noteBursts(Bursts(before: before, after: after)) }
        } catch {
            noteProblem("\(error)")
        }
        var verdict = Verdict()
        var atEnd: WorkerSeat.Resources?
        do {
            try await becomeQuiet()
            let quiet = Moment.wall()
            atEnd = await site.worker.settledResources()
            try await close(quietSince: quiet)
            verdict = try judge()
        } catch {
            noteProblem("\(error)")
        }
        state.withLock { $0.isOver = true }
        await pulse.value
        site.close()
        if !options.isQuick { try site.server.control("delete_vhost", fault.rawValue) }
        return figures(verdict, begun: begun, atStart: atStart, atEnd: atEnd)
    }

    /// Ends all faults and waits until everything that was confirmed has come to its end, or nothing happens any more.
    private func becomeQuiet() async throws {
        site.generator.stop()
        site.shim.heal()
        brokerShim?.heal()
        site.proxy.clear()
        try site.server.start()
        if !site.worker.isRunning { try site.worker.start() }
        try await site.worker.waitUntilConsuming()
        var last = (-1, -1)
        var changed = Moment.nanoseconds()
        while true {
            let now = (site.sink.completed + site.sink.errors, site.sink.arrivals)
            if now != last { (last, changed) = (now, Moment.nanoseconds()) }
            let isDone =
                site.generator.unconfirmed == 0 && site.sink.completed >= site.generator.sent
                && site.worker.progress?.outboxPending == 0
            // A moment longer: what should not come may still be on its way.
            if isDone && Moment.seconds(since: changed) > 1 { return }
            guard Moment.seconds(since: changed) < options.stillSeconds else { return noteStandstill() }
            guard site.worker.isRunning else {
                throw SoakProblem("the worker ended by itself: \(site.worker.log.suffix(2_000))")
            }
            await pause(seconds: 0.05)
        }
    }

    /// Nothing happens any more: messages that wait all the same are not to be sent by draining only.
    private func noteStandstill() {
        let waiting = site.worker.progress?.outboxPending
        guard waiting != 0 else { return }
        noteProblem(
            "\(waiting.map { "\($0)" } ?? "an unknown number of") messages in the outbox, and nothing has happened for "
                + "\(options.stillSeconds) s"
        )
    }

    /// Has the worker drain, and looks at what it leaves; all was quiet since that moment.
    private func close(quietSince quiet: Timestamp) async throws {
        site.worker.signal(SIGTERM)
        let exit = try await site.worker.exit(within: 60)
        if exit != .code(0) { noteProblem("the worker ended with \(exit): \(site.worker.log.suffix(1_000))") }
        try await verify()
        let store = try site.storeReader()
        let storeAtEnd = try StoreAtEnd(store, dueBy: quiet)
        let attemptsSpent = try SpentAttempts.sentences(store)
        state.withLock { ($0.storeAtEnd, $0.attemptsSpent) = (storeAtEnd, attemptsSpent) }
        for sentence in try RepeatedEffects.sentences(store) { noteProblem(sentence) }
        if !options.isQuick || fault.stepsBroker, let left = try await Self.leftOver([fault], site.server) {
            noteProblem("left over in the broker: \(left)")
        }
        let unconfirmed = site.generator.unconfirmed
        if unconfirmed > 0 { noteProblem("\(unconfirmed) messages were never confirmed by the broker") }
        if let problem = site.sink.problem ?? site.generatorLedger.trouble { noteProblem(problem) }
    }

    /// What is left in queues, once the broker has counted, which it does now and then.
    static func leftOver(_ faults: [FaultClass], _ server: RabbitMQServer) async throws -> String? {
        let start = Moment.nanoseconds()
        var left: String?
        repeat {
            left = try server.leftOver(in: faults.map(\.rawValue))
            if left == nil { return nil }
            await pause(seconds: 0.5)
        } while Moment.seconds(since: start) < 15
        return left
    }

    private func judge() throws -> Verdict {
        let judge = try Judge(
            stream: site.stream,
            flow: site.flow,
            queues: site.queues,
            comparesTimes: fault != .clockStep,
            rounds: options.rounds(fault)
        )
        return try judge.verdict(generator: site.generatorLedger.path, sink: site.sinkLedger.path)
    }

    private func figures(
        _ verdict: Verdict,
        begun: UInt64,
        atStart: WorkerSeat.Resources?,
        atEnd: WorkerSeat.Resources?
    ) -> CourseFigures {
        let state = state.withLock { $0 }
        var figures = CourseFigures(
            fault: fault,
            rounds: options.rounds(fault),
            seconds: Moment.seconds(since: begun),
            verdict: verdict
        )
        figures.workerStarts = site.worker.starts
        figures.workerKills = site.worker.kills + state.pointsHit.values.reduce(0, +)
        figures.brokerKills = state.brokerKills
        figures.verifications = state.verifications
        figures.fileChecks = state.fileChecks
        let counts = site.proxy.counts
        (figures.deliveredToWorker, figures.redeliveredToWorker) = (counts.deliveries, counts.redeliveries)
        figures.confirmTimeouts = site.worker.confirmTimeouts
        figures.recoverySeconds = state.recoveries
        figures.paceRecoverySeconds = state.paceRecoveries
        figures.detectionSeconds = state.detections
        figures.unnoticedSeconds = state.unnoticed
        figures.pointsHit = state.pointsHit
        if let before = state.before, let after = state.after {
            figures.paces = paces(before, faultsBegin: state.faultsBegin, after)
            figures.caughtUpSeconds = state.caughtUpSeconds
            figures.bursts = state.bursts
        }
        figures.resourcesPeak = site.worker.peak
        if fault.keepsWorker, site.worker.starts == 1 {
            figures.resourcesAtStart = atStart
            figures.resourcesAtEnd = atEnd
            // A quick run has one order before its faults: nothing is warm then.
            if !options.isQuick { figures.storeMegabytesAtEnd = site.worker.storeMegabytes }
        }
        figures.storeAtEnd = state.storeAtEnd
        figures.attemptsSpent = state.attemptsSpent
        figures.problems = state.problems
        figures.judge(by: Gate(heartbeatSeconds: options.heartbeatSeconds), ledgers: site.folder.path)
        return figures
    }
}

/// How a course is run.
struct CourseOptions: Sendable {
    /// What is tried, as it was when the run began.
    let commit = SourceCommit.current(root: BuiltProducts.packageFolder.path)
    var isQuick = false
    var workerRounds: Int?
    var brokerRounds: Int?
    var seed: UInt64
    var load: Load
    var plant: PlantedLoss?
    /// Orders that are complete before the first fault.
    var warmUpOrders: Int { isQuick ? 1 : 100 }
    /// No arrival for this long ends the waiting for what is missing; more than the longest pause between two tries.
    var stillSeconds: Double { plant != nil ? 3 : isQuick ? 25 : 45 }
    /// How long orders are watched with nothing wrong, before the faults and after them.
    var calmSeconds: Double { isQuick ? 2 : 8 }
    /// So long after the last fault they are watched, whether what had piled up is done or not.
    var catchUpSecondsMax: Double { plant != nil ? 1 : isQuick ? 10 : 60 }
    var heartbeatSeconds: Int { isQuick ? 1 : 3 }
    /// Longer than it may take to notice, so that not to notice is a failure.
    var silenceSeconds: ClosedRange<Double> {
        let limit = Gate(heartbeatSeconds: heartbeatSeconds).detectionSecondsMax
        return isQuick ? limit + 1...limit + 1 : limit + 1...2 * limit
    }

    func rounds(_ fault: FaultClass) -> Int {
        let usual = isQuick ? fault.quickRounds : fault.rounds + fault.longRoundsSeconds.count
        switch fault {
        case .workerKilled: return workerRounds ?? usual
        case .brokerKilled: return brokerRounds ?? usual
        default: return usual
        }
    }

    /// How long the fault lasts in that round, if it is one of the long ones.
    func longSeconds(_ fault: FaultClass, round: Int) -> Double? {
        let index = round - fault.rounds
        return !isQuick && fault.longRoundsSeconds.indices.contains(index)
            ? fault.longRoundsSeconds[index] : nil
    }
}
