import Foundation
import TestSupport

/// The worker's disk and clock, and the messages themselves.
extension Course {
    /// As a service manager does: a worker that has ended is started again.
    private func ensureWorker() async throws {
        guard !site.worker.isRunning else {
            try await measureRecovery()
            return try await verify()
        }
        let exit = try await site.worker.exit(within: 5)
        if case .signal(let signal) = exit { noteProblem("the worker crashed with signal \(signal)") }
        try await startAndRecover()
    }

    /// D1: half of a write, then nothing more, until somebody makes room.
    func fillDisk() async throws {
        await pause(seconds: seconds(0.2...1))
        let before = site.shim.failed
        site.shim.fillDisk(true)
        try await eventually("a write to a full disk", seconds: 20) { site.shim.failed > before }
        await pause(seconds: options.isQuick ? 1 : seconds(0.5...3))
        site.shim.fillDisk(false)
        try await ensureWorker()
    }

    /// D2.
    func slowDisk(_ number: Int) async throws {
        let delays: [Int64] = [10, 100, 500, 2_000]
        let before = site.shim.slowed
        site.shim.slowSyncs(milliseconds: options.isQuick ? 500 : delays[number % delays.count])
        await pause(seconds: options.isQuick ? 2 : 5)
        try await eventually("a slow sync", seconds: 20) { site.shim.slowed > before }
        site.shim.slowSyncs(milliseconds: 0)
        try await measureRecovery()
        try await verify()
    }

    /// D3: the first, second, third … write, and the same with syncs.
    ///
    /// After either nobody knows what the disk holds, and a second sync that succeeds tells nothing: the worker ends, and
    /// the next one reads what is there.
    func failDisk(_ number: Int) async throws {
        let before = site.shim.failed
        let count = Int64(number / 2 + 1)
        let isSync = number % 2 == 0
        if isSync { site.shim.failSync(count) } else { site.shim.failWrite(count) }
        try await eventually("a failure of the disk", seconds: 20, every: 0.005) { site.shim.failed > before }
        let failure = "\(isSync ? "sync" : "write") \(count) failed"
        do {
            let exit = try await site.worker.exit(within: Self.endSeconds)
            if let problem = DiskFailure.problem(of: exit, after: failure) {
                noteProblem("\(problem): \(site.worker.log.suffix(1_000))")
            }
        } catch {
            noteProblem("the worker went on after \(failure): \(site.worker.log.suffix(1_000))")
        }
        try await ensureWorker()
    }

    /// So long a worker whose disk has failed may take to end.
    private static let endSeconds = 20.0

    /// Orders, and replies of systems, that come once more.
    static let repeatedMax = 20_000

    /// M1: orders and replies come several times and mixed all along; here all that came before comes once more.
    func repeatEverything() async throws {
        await pause(seconds: options.isQuick ? 1 : 8)
        let before = site.proxy.counts.deliveries
        let orders = site.generator.repeatAll(upTo: Self.repeatedMax)
        let replies = site.sink.repeatAll()
        if orders == 0 || replies == 0 {
            noteProblem("\(orders) orders and \(replies) replies came once more")
        }
        try await measureRecovery()
        try await eventually("\(orders + replies) messages to be handed to the worker", seconds: 60) {
            site.proxy.counts.deliveries >= before + orders + replies
        }
        noteFaultEnd(at: Moment.nanoseconds())
    }

    /// M2.
    func plantUnreadable(_ number: Int) async throws {
        site.generator.plant(UnreadableMessages.all(round: number))
        await pause(seconds: 0.5)
        try await measureRecovery()
    }
}
