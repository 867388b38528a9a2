import Foundation
import Fulfillment
import Glibc
import Orders
import SQLiteStore
import Store
import Workload

/// `bench-counts`: does the work of each stage on fixed inputs, one stage after the other.
///
/// Under callgrind the instructions of each are counted; by itself it tells the processor time of each. The inputs are
/// the hops of a 16-line and a 3-line order through COM and SOM, as a station would take them.
@main
struct Counts {
    /// The stages, in the order in which they run.
    private enum Stage: String, CaseIterable {
        case decode
        case decide
        case encode
        case journal
        case commit
    }

    /// Orders of the stream whose hops are worked on.
    private static let orders = 4
    /// Hops in one transaction, as the shipped configuration has it.
    private static let groupSize = 256
    /// 2026-01-15T12:00:00Z; nothing here depends on when it runs.
    private static let now = Timestamp(milliseconds: 1_768_478_400_000)

    static func main() {
        do {
            try run()
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    private static func run() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let rounds = Int(arguments[2]), rounds > 0 else {
            throw WorkloadProblem("usage: bench-counts CHECKOUT ROUNDS STORE-FOLDER [STAGE]")
        }
        let stages = Stage.allCases.filter { arguments.count == 4 || arguments[4] == $0.rawValue }
        let files = try StationFiles(folder: URL(fileURLWithPath: arguments[1]))
        let flow = RecordedFlow(roles: files.roles)
        let stream = try files.orders()
        var work = try StageWork(flow: flow, stream: stream, orders: orders, now: now)
        let stores = URL(fileURLWithPath: arguments[3])
        // The first round fills caches and makes what is made once.
        for stage in stages {
            try work.prepared(stage.rawValue, storeFolder: stores, groupSize: groupSize)()
        }
        for stage in stages {
            var processorNanoseconds: UInt64 = 0
            for _ in 0..<rounds {
                let body = try work.prepared(stage.rawValue, storeFolder: stores, groupSize: groupSize)
                let start = processorTime()
                try runMeasured(body)
                processorNanoseconds += processorTime() - start
            }
            let microseconds = Double(processorNanoseconds) / 1_000 / Double(rounds * work.hopCount)
            print("\(stage.rawValue) hops=\(work.hopCount) microsecondsPerHop=\(microseconds)")
        }
    }

    private static func processorTime() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// What callgrind counts is what happens inside of this call; it knows it by its name.
@inline(never)
func runMeasured(_ body: () throws -> Void) rethrows { try body() }
