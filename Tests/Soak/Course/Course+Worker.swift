import Foundation
import TestSupport

extension Course {
    func round(_ number: Int) async throws {
        switch fault {
        case .workerKilled: try await killWorker(number)
        case .killedAtPoint: try await killAtPoint(number)
        case .workerTerminated: try await terminateWorker(number)
        case .workerFrozen: try await freezeWorker(number)
        case .brokerKilled: try await killBroker(number)
        case .brokerFrozen: try await freezeBroker(number)
        case .brokerAlarm: try await raiseAlarm(number)
        case .brokerAdministered: try await administer(number)
        case .consumerTimeout: try await holdDeliveries(number)
        case .deliveryCount: try await dieOnDelivery(number)
        case .blackHole: try await silence(number)
        case .cutAtByte: try await cut(number)
        case .badNetwork: try await worsenNetwork(number)
        case .diskFull: try await fillDisk()
        case .slowDisk: try await slowDisk(number)
        case .diskError: try await failDisk(number)
        case .repeated: try await repeatEverything()
        case .unreadable: try await plantUnreadable(number)
        case .clockStep: try await stepClock(number)
        }
    }

    /// Starts a worker and watches it until its first commit, or until it is over; how long the commit took is noted, and
    /// what the store holds then is looked through.
    func startAndRecover(until isOver: () -> Bool = { false }) async throws {
        let before = try await site.worker.hopsRead()
        site.worker.closeReader()
        let start = Moment.nanoseconds()
        noteFaultEnd(at: start)
        try site.worker.start()
        while !isOver() {
            // Not before it has opened the store: who opens it first is to be the worker.
            if site.worker.log.contains("consuming"), (site.worker.hops ?? 0) > before {
                noteRecovery(Moment.seconds(since: start))
                return try await verify()
            }
            guard Moment.seconds(since: start) < Self.recoverySecondsAwaited * Patience.factor else {
                throw SoakProblem(
                    "no commit \(Self.recoverySecondsAwaited) s after a start: \(site.worker.log.suffix(1_500))"
                )
            }
            await pause(seconds: 0.005)
        }
    }

    /// Every tenth life of K1 ends after its first commit and not before: how long that takes is known of these alone, as
    /// among the others only quick ones get so far.
    private static let livesToACommit = 10

    /// K1: a SIGKILL after 50 to 2,000 ms of life, which may be before it has done anything.
    private func killWorker(_ number: Int) async throws {
        if number == 0 {
            await pause(seconds: seconds(0.05...2))
            try await site.worker.kill()
        }
        if options.plant == .store, number == options.rounds(fault) / 2 { try await loseStore() }
        let life = seconds(0.05...2)
        if number % Self.livesToACommit == 0 {
            try await startAndRecover()
            await measurePaceRecovery()
        } else {
            try site.worker.start()
        }
        await pause(seconds: life)
        // What the death before has left, once somebody has opened it.
        checkFile(number)
        let exit = try await site.worker.kill()
        if exit != .signal(SIGKILL) {
            noteProblem("the worker ended by itself, with \(exit): \(site.worker.log.suffix(1_000))")
        }
        if number % 25 == 24 { try await verify() }
        if number == options.rounds(fault) - 1 {
            noteFaultEnd(at: Moment.nanoseconds())
            try site.worker.start()
            try await site.worker.waitUntilConsuming()
        }
    }

    /// A planted loss: the store goes when a worker has begun many orders and finished few, however fast it is.
    private func loseStore() async throws {
        let before = try await site.worker.hopsRead()
        site.worker.closeReader()
        try site.worker.start()
        site.generator.burst(Self.ordersInLostStore)
        try await eventually("orders that are begun", seconds: 60, every: 0.005) {
            site.worker.log.contains("consuming")
                && (site.worker.hops ?? 0) > before + Self.ordersInLostStore
        }
        try await site.worker.kill()
        try site.removeStore()
    }

    private static let ordersInLostStore = 100

    /// K2: the worker dies where the fault library is told, at one of the first passings of that point.
    private func killAtPoint(_ number: Int) async throws {
        let points = FaultShim.Point.allCases
        let point = points[number % points.count]
        // A checkpoint writes many pages at once, and not often.
        let isRare = point == .checkpointSync || point == .checkpointWrite
        site.shim.arm(point, passing: Int64(self.number(1...(isRare ? 2 : 40))))
        if number > 0 {
            try await startAndRecover { !site.worker.isRunning }
        }
        // It may pass there when nothing else is to do only.
        try? await eventually("a death under load", seconds: 15, every: 0.01) { !site.worker.isRunning }
        if site.worker.isRunning {
            site.generator.stop()
            try? await eventually("a quiet moment", seconds: 15) { !site.worker.isRunning }
            site.generator.start()
        }
        if site.worker.isRunning {
            noteProblem("point \(point) was never reached; passed \(site.shim.passed(point)) times")
            try await site.worker.kill()
        } else if try await site.worker.exit(within: 5) == .signal(SIGKILL), site.shim.hit == point {
            noteHit(point)
        } else {
            noteProblem("the worker died elsewhere than at \(point): \(site.worker.log.suffix(1_000))")
        }
        site.shim.disarm()
        if number == options.rounds(fault) - 1 { try await startAndRecover() }
    }

    /// K3: it drains under load, with time for all or for little.
    private func terminateWorker(_ number: Int) async throws {
        await pause(seconds: seconds(0.1...1.5))
        site.worker.signal(SIGTERM)
        let start = Moment.nanoseconds()
        let exit = try await site.worker.exit(within: 45)
        if exit != .code(0) { noteProblem("the worker ended with \(exit): \(site.worker.log.suffix(1_000))") }
        let limit = number % 2 == 0 ? 30 : 1
        if Moment.seconds(since: start) > Double(limit) + 5 {
            noteProblem("draining took \(Moment.seconds(since: start)) s with a deadline of \(limit) s")
        }
        try site.setDrain(seconds: number % 2 == 0 ? 1 : 30)
        try await startAndRecover()
        await pause(seconds: 1)
    }

    /// K4: its connections are gone when it wakes.
    private func freezeWorker(_ number: Int) async throws {
        site.worker.signal(SIGSTOP)
        await pause(seconds: faultSeconds(number, options.silenceSeconds))
        site.worker.signal(SIGCONT)
        try await measureRecovery()
        try await verify()
        await pause(seconds: 1)
    }
}
