import Foundation
import TestSupport

/// What a course may come to at most, beyond which the run fails.
///
/// Each kind of fault is judged by itself: many quick recoveries from one say nothing about the slow ones from another.
struct Gate: Sendable {
    /// From the end of a fault to the first commit, and to the pace of before, of 99 in 100, and of each.
    static let recoverySecondsP99Max = 15.0
    static let recoverySecondsMax = 60.0
    /// A worker may use this much, whatever it went through.
    static let megabytesMax = 200.0
    /// Growth of memory beside what the store's pages take: a share of what a warm worker has.
    static let memoryGrowthMax = 0.05
    /// What a store brings with it, as so many times its own size and at most so many megabytes each time: pages kept by two
    /// connections (32 MB at most), the index of the inbox, what the allocator keeps for reuse.
    ///
    /// Measured: a worker held 0.7 to 2.3 times the store's size more than after the first hundred orders while the store
    /// had 10 to 43 MB, the most where it was smallest, and 0.5 to 0.9 times with 117 and 216 MB.
    static let storeShares = 2.0
    static let storeShareMegabytes = 64.0
    /// Messages of 9 KB in hand, as many as are prefetched, from four queues.
    static let inHandMegabytes = 9.0
    /// Descriptors that come and go with connections.
    static let descriptorsSpare = 2

    let heartbeatSeconds: Int
    /// How many times as long everything may take, in programs that run under a sanitizer.
    var patience = Patience.factor
    /// The memory of Address Sanitizer, which the worker carries then, is not the worker's.
    var judgesMemory = ProcessInfo.processInfo.environment["WAYSTATION_ADDRESS_SANITIZER"] == nil
    /// After two heartbeats without a word a broker counts as gone; one second for saying so.
    var detectionSecondsMax: Double { Double(2 * heartbeatSeconds + 1) * patience }
    private var p99Max: Double { Self.recoverySecondsP99Max * patience }
    private var slowestMax: Double { Self.recoverySecondsMax * patience }

    /// What figures exceed, in words.
    func problems(of figures: CourseFigures) -> [String] {
        recoveryProblems(of: figures) + restartProblems(of: figures) + detectionProblems(of: figures)
            + growthProblems(of: figures)
    }

    private func recoveryProblems(of figures: CourseFigures) -> [String] {
        let pace = [("recovery of the pace", figures.paceRecoverySeconds)]
        return ([("recovery", figures.recoverySeconds)] + (figures.fault.hasSteadyOrders ? pace : [])).flatMap
        {
            recoveryProblems($0, Times($1))
        }
    }

    private func recoveryProblems(_ name: String, _ recovery: Times) -> [String] {
        guard recovery.count > 0 else { return ["no \(name) was timed"] }
        var problems: [String] = []
        if recovery.p99 > p99Max {
            problems.append("\(name) p99 is \(recovery.p99) s; \(p99Max) s at most")
        }
        if recovery.max > slowestMax {
            problems.append("a \(name) took \(recovery.max) s; \(slowestMax) s at most")
        }
        return problems
    }

    /// The deaths of K1 come too fast for everything to be compared after each.
    private func restartProblems(of figures: CourseFigures) -> [String] {
        figures.fault == .workerKilled && figures.fileChecks == 0
            ? ["the store's file was looked at after no restart"] : []
    }

    private func detectionProblems(of figures: CourseFigures) -> [String] {
        let detection = Times(figures.detectionSeconds)
        var problems: [String] = []
        if detection.max > detectionSecondsMax {
            problems.append("detection took \(detection.max) s; \(detectionSecondsMax) s at most")
        }
        let missed = figures.unnoticedSeconds.filter { $0 > detectionSecondsMax }
        if let longest = missed.max() {
            problems.append(
                "\(missed.count) times the worker did not notice that its broker was silent, for up to \(longest) s; "
                    + "\(detectionSecondsMax) s at most"
            )
        }
        return problems
    }

    /// What a worker holds more of than it should after all rounds.
    private func growthProblems(of figures: CourseFigures) -> [String] {
        var problems: [String] = []
        let peak = figures.resourcesPeak.megabytes
        if judgesMemory, peak > Self.megabytesMax {
            problems.append("\(Int(peak)) MB of memory; \(Int(Self.megabytesMax)) at most")
        }
        guard let start = figures.resourcesAtStart, let end = figures.resourcesAtEnd else { return problems }
        if judgesMemory, let store = figures.storeMegabytesAtEnd {
            let limit =
                start.megabytes * (1 + Self.memoryGrowthMax)
                + Self.storeShares * min(store, Self.storeShareMegabytes) + Self.inHandMegabytes
            if end.megabytes > limit {
                problems.append(
                    "memory grew from \(Int(start.megabytes)) to \(Int(end.megabytes)) MB with a store of \(Int(store)) MB"
                )
            }
        }
        if end.descriptors > start.descriptors + Self.descriptorsSpare {
            problems.append("descriptors grew from \(start.descriptors) to \(end.descriptors)")
        }
        if end.threads > start.threads {
            problems.append("threads grew from \(start.threads) to \(end.threads)")
        }
        return problems
    }
}
