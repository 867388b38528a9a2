import Foundation
import TestSupport

extension Course {
    func round(_ number: Int) async throws {
        switch fault {
        case .workerKilled: try await killWorker(number)
        case .killedAtPoint: try await killAtPoint(number)
        case .workerTerminated: try await terminateWorker(number)
        case .workerFrozen: try await freezeWorker()
        case .brokerKilled: try await killBroker(number)
        case .brokerFrozen: try await freezeBroker()
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

    /// Starts a worker and watches it for so long, or until it is over; when it commits something for the first time, how
    /// long that took is noted.
    ///
    /// - Returns: Whether it has committed.
    @discardableResult
    func startAndWatch(
        seconds: Double,
        stopsAtCommit: Bool = false,
        until isOver: () -> Bool = { false }
    ) async throws -> Bool {
        let before = site.worker.hops ?? 0
        site.worker.closeReader()
        let start = Moment.nanoseconds()
        try site.worker.start()
        var hasCommitted = false
        while Moment.seconds(since: start) < seconds, !isOver() {
            // Not before it has opened the store: who opens it first is to be the worker.
            if !hasCommitted, site.worker.log.contains("consuming"), (site.worker.hops ?? 0) > before {
                hasCommitted = true
                noteRecovery(Moment.seconds(since: start))
                if stopsAtCommit { break }
            }
            await pause(seconds: 0.005)
        }
        return hasCommitted
    }

    /// K1: a SIGKILL after 50 to 2,000 ms of life, which may be before it has done anything.
    private func killWorker(_ number: Int) async throws {
        if number == 0 {
            await pause(seconds: seconds(0.05...2))
            try await site.worker.kill()
        }
        if options.plant == .store, number == options.rounds(fault) / 2 { try site.removeStore() }
        // With work in hand when the store goes.
        if options.plant == .store { site.generator.burst(20) }
        try await startAndWatch(seconds: seconds(0.05...2))
        try await site.worker.kill()
        if number % 25 == 24 { try await site.expectSuccess("verify") }
        if number == options.rounds(fault) - 1 {
            try site.worker.start()
            try await site.worker.waitUntilConsuming()
        }
    }

    /// K2: the worker dies where the fault library is told, at one of the first passings of that point.
    private func killAtPoint(_ number: Int) async throws {
        let points = FaultShim.Point.allCases
        let point = points[number % points.count]
        // A checkpoint writes many pages at once, and not often.
        let isRare = point == .checkpointSync || point == .checkpointWrite
        site.shim.arm(point, passing: Int64(self.number(1...(isRare ? 2 : 40))))
        if number > 0 {
            try await startAndWatch(seconds: 15) { !site.worker.isRunning }
        } else {
            try await eventually("the first death", seconds: 15) { !site.worker.isRunning }
        }
        if site.worker.isRunning {
            // It passes there when nothing else is to do.
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
        if number == options.rounds(fault) - 1 { try await startAndWatch(seconds: 2) }
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
        try await startAndWatch(seconds: 1.5)
        try await site.worker.waitUntilConsuming()
    }

    /// K4: its connections are gone when it wakes.
    private func freezeWorker() async throws {
        site.worker.signal(SIGSTOP)
        await pause(seconds: seconds(options.silenceSeconds))
        site.worker.signal(SIGCONT)
        try await measureRecovery()
        await pause(seconds: 1)
    }

    /// B6: nothing is ever decided, and the broker counts one delivery more of each message each time.
    private func dieOnDelivery(_ number: Int) async throws {
        if number == 0 { site.generator.burst(options.isQuick ? 30 : 100) }
        site.shim.arm(.delivered, passing: 1)
        try site.worker.start()
        try await eventually("the death of the worker", seconds: 30, every: 0.01) { !site.worker.isRunning }
        _ = try await site.worker.exit(within: 5)
        if site.shim.hit == .delivered { noteHit(.delivered) }
        site.shim.disarm()
        guard number == options.rounds(fault) - 1 else { return }
        try await startAndWatch(seconds: 3)
    }
}
