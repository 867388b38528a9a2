import Foundation
import Fulfillment
import Orders
import Station
import Store

/// What a tour shows: a table of the latest orders with their components, and a line of figures.
final class TourScreen {
    private let reader: any StoreReader
    private let status: StationStatus
    private let isTerminal: Bool
    private var drawnLines = 0
    private var lastLine = ""
    private var baseline: StoreStatistics

    private static let rows = 14
    private static let idWidth = 44

    init(reader: any StoreReader, status: StationStatus, isTerminal: Bool) {
        self.reader = reader
        self.status = status
        self.isTerminal = isTerminal
        baseline = (try? reader.statistics()) ?? StoreStatistics.none
    }

    /// What the store showed at one look.
    struct View {
        var statistics: StoreStatistics
        var baseline: StoreStatistics
        /// Orders that are open, those waiting for their date aside.
        var working: Int

        /// Nothing is under way any more.
        func isQuiet(expected: TourProgress) -> Bool {
            working == 0 && statistics.outboxPending == 0 && expected.notArrived.isEmpty
                && expected.isTold(by: statistics.faults(since: baseline))
        }
    }

    /// Strikes the orders that the store shows off the list of those it does not: a message that still lies in its
    /// queue is neither open nor owed.
    func strikeArrived(from progress: inout TourProgress) throws {
        progress.notArrived = try progress.notArrived.filter { id in
            try !reader.orders(key: id.key).contains { $0.id == id }
        }
    }

    func draw(progress: TourProgress, planned: Int?, heard: TourListener.Counts) throws -> View {
        let statistics = try reader.statistics()
        let latest = try reader.orders(matching: OrderFilter(limit: Self.rows))
        let working = try workingOrders(statistics)
        let states = statistics.ordersByLifecycle
        let line =
            "sent \(progress.sent)\(planned.map { "/\($0)" } ?? "")  in progress \(working)  completed \(states[.completed] ?? 0)  "
            + "failed at intake \(states[.failed] ?? 0)  hops \(statistics.counters[CounterName.hops] ?? 0)  "
            + "to order capture \(heard.upstream)  faults \(heard.faults)  error queue \(heard.errors)  "
            + "owed \(statistics.outboxPending)"
        if isTerminal {
            try drawTable(latest, line: line)
        } else if line != lastLine {
            Console.write(line)
        }
        lastLine = line
        return View(statistics: statistics, baseline: baseline, working: working)
    }

    /// Orders under way; one whose first component waits for its date is not.
    private func workingOrders(_ statistics: StoreStatistics) throws -> Int {
        let inProgress = statistics.ordersByLifecycle[.inProgress] ?? 0
        let notStarted = try reader.orders(matching: OrderFilter(lifecycle: .notStarted, limit: 500))
        let timers = Set(try reader.timers(limit: 5_000).map(\.order))
        let refused = try reader.orders(matching: OrderFilter(lifecycle: .inProgress, limit: 5_000))
            .count { $0.componentsFailed > 0 || timers.contains($0.id) }
        return max(0, inProgress - refused) + notStarted.count { !timers.contains($0.id) }
    }

    private func drawTable(_ orders: [OrderRecord], line: String) throws {
        var lines = [line, ""]
        for record in orders {
            let id = "\(record.id.role) \(record.id.key)"
            let name = id.count > Self.idWidth ? String(id.prefix(Self.idWidth - 1)) + "…" : id
            let padded = name.padding(toLength: Self.idWidth, withPad: " ", startingAt: 0)
            let state = record.lifecycle.rawValue.padding(toLength: 13, withPad: " ", startingAt: 0)
            lines.append("\(padded) \(state) \(try glyphs(record))")
        }
        lines.append("")
        lines.append("■ completed  ◧ asked for  · waiting  ◷ waiting for its date  ✗ failed      Ctrl-C ends")
        var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        let width = Self.terminalWidth()
        // A line that wraps would count as two when the next frame goes back up.
        for line in lines { text += "\u{1B}[2K\(line.prefix(width))\n" }
        for _ in 0..<max(0, drawnLines - lines.count) { text += "\u{1B}[2K\n" }
        Console.draw(text)
        drawnLines = max(drawnLines, lines.count)
    }

    private func glyphs(_ record: OrderRecord) throws -> String {
        if record.lifecycle == .completed { return String(repeating: "■", count: record.componentsTotal) }
        guard let stored = try reader.history(record.id),
            let state = try JournalCodec.fold(
                stored.journal.map { ($0.at, $0.events) },
                onto: nil,
                id: record.id
            )
        else { return "" }
        if let failure = state.failures.first, state.order == nil { return "✗ \(failure.code.rawValue)" }
        return state.components.map { component in
            switch component.processing {
            case .completed, .undoCompleted: "■"
            case .notStarted: component.scheduledFor == nil ? "·" : "◷"
            case .failed, .undoFailed, .failedContinue, .undoFailedContinue: "✗"
            case .inProgress, .undoing, .downstreamCorrectionRequired: "◧"
            }
        }.joined()
    }

    /// Columns of the terminal less one.
    private static func terminalWidth() -> Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 79 }
        return Int(size.ws_col) - 1
    }

    /// Orders that have not come to their end, and why, as far as a line tells.
    private func openOrders() throws -> [String] {
        try [LifecycleState.failed, .inProgress, .notStarted].flatMap { lifecycle in
            try reader.orders(matching: OrderFilter(lifecycle: lifecycle, limit: 4)).map { record in
                let reason =
                    switch lifecycle {
                    case .failed: "invalid from the start"
                    case .notStarted: "waits for its date"
                    default: record.componentsFailed > 0 ? "a system refused it" : "under way"
                    }
                return "              \(record.id.role) \(record.id.key): \(reason)"
            }
        }
    }

    /// - Returns: The faults seen, by code.
    func summary(progress: TourProgress, heard: TourListener.Counts, seconds: Double) throws -> [String: Int]
    {
        let statistics = try reader.statistics()
        let hops = (statistics.counters[CounterName.hops] ?? 0) - (baseline.counters[CounterName.hops] ?? 0)
        let orders = statistics.ordersByLifecycle.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", ")
        let seen = statistics.faults(since: baseline)
        let faults = Self.list(seen)
        Console.write(
            """

            Summary after \(Int(seconds)) s
              sent        \(progress.sent) messages, \(progress.orders) of them readable orders
              orders      \(orders) (of all roles)
              hops        \(hops), of them repeated messages \(statistics.counters[CounterName.duplicates] ?? 0)
              faults      expected from messages: \(Self.list(progress.expectedFaults)); seen: \(faults)
              heard       \(heard.upstream) updates for order capture, \(heard.faults) faults, \(heard.errors) in the error queue
              owed        outbox \(statistics.outboxPending), parked \(statistics.parked)
            """
        )
        let open = try openOrders()
        if !open.isEmpty { Console.write((["  not complete"] + open).joined(separator: "\n")) }
        return seen
    }

    private static func list(_ counts: [String: Int]) -> String {
        guard !counts.isEmpty else { return "none" }
        return counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}

extension StoreStatistics {
    /// A store that does not exist yet.
    static let none = StoreStatistics(
        counters: [:],
        outboxPending: 0,
        parked: 0,
        timers: 0,
        inbox: 0,
        ordersByLifecycle: [:],
        oldestOutboxAt: nil
    )

    /// Faults counted after an earlier look, by code.
    func faults(since earlier: StoreStatistics) -> [String: Int] {
        var faults: [String: Int] = [:]
        for (name, count) in counters where name.hasPrefix(CounterName.errorPrefix) {
            let more = Int(count - (earlier.counters[name] ?? 0))
            if more > 0 { faults[String(name.dropFirst(CounterName.errorPrefix.count))] = more }
        }
        return faults
    }
}
