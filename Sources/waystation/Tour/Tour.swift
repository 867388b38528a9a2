import Broker
import Catalog
import Dispatch
import Foundation
import Logging
import Orders
import Station
import Store
import Synchronization

/// The tour of `waystation try`: starts the real parts, feeds them, and watches through the eyes of an operator.
final class Tour: Sendable {
    private let running: RunningStation
    private let emulator: SystemEmulator
    private let loaded: LoadedStation
    private let listener: TourListener
    private let feed: OrderFeed
    private let folder: String
    private let config: String
    private let isTerminal: Bool
    private let isStopped = Mutex(false)
    private let stationEnded = DispatchGroup()
    private let stationProblem = Mutex<(any Error)?>(nil)

    /// Orders under way beyond which no further one is sent.
    private static let workingMax = 2_000

    init(loaded: LoadedStation, folder: String, config: String, feed: OrderFeed, isTerminal: Bool) throws {
        self.loaded = loaded
        self.folder = folder
        self.config = config
        self.feed = feed
        self.isTerminal = isTerminal
        running = try RunningStation(loaded: loaded, logLevel: .error)
        let logger = Logger(label: "waystation.emulate") {
            LineLogHandler(label: $0, format: .text, level: .error)
        }
        emulator = SystemEmulator(
            roles: loaded.roles,
            broker: running.broker,
            clock: SystemClock(),
            options: EmulationOptions(),
            logger: logger
        )
        listener = TourListener(loaded: loaded)
    }

    func stop() { isStopped.withLock { $0 = true } }

    /// Runs until every order came to its end or the deadline; on a terminal until it is stopped.
    func run(deadlineSeconds: Int) throws -> TourOutcome {
        Console.write(
            """
            Waystation: roles \(loaded.roles.map(\.role.rawValue).joined(separator: " and ")), with emulated systems \
            and example orders, on the embedded broker.
              broker  embedded:\(folder)/broker
              store   sqlite:\(folder)/waystation.db

            """
        )
        try running.broker.apply(loaded.configuration.topology)
        startParts()
        defer { stopParts() }
        let store = try StoreAddress(loaded.configuration.storeAddress)
        let reader = try waitForStore(store)
        let screen = TourScreen(reader: reader, status: running.station.status, isTerminal: isTerminal)
        let sender = Sender(broker: running.broker, name: "waystation try")
        defer { sender.close() }
        let begun = DispatchTime.now()
        var progress = TourProgress()
        var feed = feed
        let examples = feed.examples.count
        let planned = feed.generated.map { examples + $0 }
        var isComplete = false
        var working = 0
        try send(feed.examples, sender, &progress)
        while !isStopped.withLock({ $0 }) {
            if let problem = stationProblem.withLock({ $0 }) { throw problem }
            let seconds = Self.seconds(since: begun)
            // Where the machine cannot keep up, the rate is what it can do.
            let room = max(0, Self.workingMax - working)
            let due = min(planned ?? .max, examples + Int(seconds * feed.rate), progress.sent + room)
            try send((progress.sent..<max(progress.sent, due)).map { _ in feed.next() }, sender, &progress)
            try screen.strikeArrived(from: &progress)
            let view = try screen.draw(progress: progress, planned: planned, heard: listener.counts)
            working = view.working
            isComplete = progress.sent == planned && view.isQuiet(expected: progress)
            if isComplete { break }
            if !isTerminal && seconds > Double(deadlineSeconds) { break }
            Thread.sleep(forTimeInterval: isTerminal ? 0.25 : 0.5)
        }
        let seen = try screen.summary(
            progress: progress,
            heard: listener.counts,
            seconds: Self.seconds(since: begun)
        )
        printNextSteps()
        return TourOutcome(
            isComplete: isComplete || isTerminal,
            unexpectedFaults: progress.unexpectedFaults(seen: seen, roles: loaded.roles.count)
        )
    }

    private static func seconds(since start: DispatchTime) -> Double {
        Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1_000_000_000
    }

    private func startParts() {
        stationEnded.enter()
        let running = running
        let ended = stationEnded
        OwnThread.start("waystation engine") { [stationProblem = SharedProblem(tour: self)] in
            do {
                try running.run()
            } catch {
                stationProblem.set(error)
            }
            ended.leave()
        }
        let emulator = emulator
        OwnThread.start("waystation emulator") { emulator.run() }
        listener.start(broker: running.broker)
    }

    private func stopParts() {
        emulator.stop()
        running.stop()
        stationEnded.wait()
        listener.stop()
    }

    /// Hands the engine thread's failure to the tour's.
    private struct SharedProblem: Sendable {
        let tour: Tour
        func set(_ error: any Error) { tour.stationProblem.withLock { $0 = error } }
    }

    private func waitForStore(_ store: StoreAddress) throws -> any StoreReader {
        let deadline = DispatchTime.now() + 15
        while true {
            if let problem = stationProblem.withLock({ $0 }) { throw problem }
            do {
                let reader = try store.openReader()
                _ = try reader.statistics()
                return reader
            } catch {
                // The engine's thread makes the file in its first moments.
                guard DispatchTime.now() < deadline else { throw error }
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
    }

    private func send(_ items: [OrderFeed.Item], _ sender: Sender, _ progress: inout TourProgress) throws {
        let now = SystemClock().now()
        _ = sender.send(
            items.map { item in
                let message =
                    item.order?.message(now: now)
                    ?? Message(
                        properties: MessageProperties(
                            contentType: "application/xml",
                            deliveryMode: 2,
                            messageID: "TRY-\(item.name)-\(now)"
                        ),
                        body: item.body
                    )
                return (.queue(item.queue), message)
            }
        )
        for item in items {
            progress.sent += 1
            if let order = item.order {
                progress.orders += 1
                progress.notArrived.append(OrderID(role: loaded.roles[order.role].role, key: order.key))
            }
            if let code = item.expectedFault { progress.expectedFaults[code.rawValue, default: 0] += 1 }
        }
    }

    private func printNextSteps() {
        let program = (CommandLine.arguments.first ?? "waystation").shellWord
        let configured = config == "queues.yaml" ? "" : " --config \(config.shellWord)"
        let broker = "embedded:\(folder)/broker".shellWord
        let store = "sqlite:\(folder)/waystation.db".shellWord
        Console.write(
            """

            What to do next
              export WAYSTATION_BROKER=\(broker) WAYSTATION_STORE=\(store)
              \(program) orders\(configured)       # and: order KEY, stats, verify
              \(program) plan\(configured) \(feed.folder.shellWord)/FILE.xml   # what an order is decomposed into
              unset WAYSTATION_BROKER WAYSTATION_STORE
              edit \(config): point broker.address to your RabbitMQ; and the catalogs it names
              \(program) check\(configured)        # is all of it right? then: topology apply, run

            """
        )
    }
}
