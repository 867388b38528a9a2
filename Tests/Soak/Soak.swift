import ArgumentParser
import Foundation
import TestSupport

/// `soak`: the shipped worker and a real RabbitMQ, and everything that can go wrong with them, over and over.
@main
struct Soak: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Counts what is lost or done twice while worker, broker, network, disk and clock fail.",
        discussion: """
            Order capture and all systems around the station are in this program; each message that they send or get is \
            written to a ledger, and on the disk, before it counts. When the faults are over the ledgers are compared. \
            The exit code is 1 when anything was lost, came unasked, was done twice or came out of order.

            Examples:
              soak --quick
              soak --only K1,B1 --rounds 3000
              soak --seeds 1..100000              # and the simulator after it
            """
    )

    @Flag(name: .long, help: "A few rounds of each kind: shows that all works.")
    var quick = false

    @Option(name: .long, help: "Kinds of faults to try, with commas between: \(FaultClass.names).")
    var only: FaultList?

    @Option(name: .long, help: "How often the worker is killed at a random moment.")
    var rounds: Int?

    @Option(name: .long, help: "How often the broker is killed.")
    var brokerRounds: Int?

    @Option(
        name: .long,
        help: "Orders a second, as long as the station keeps up (default: 15, quick 5)."
    )
    var rate: Double?

    @Option(name: .long, help: "Orders open at a time at most.")
    var inFlight = 80

    @Option(name: .long, help: "Moments and choices come from this number.")
    var seed: UInt64 = 20_261_121

    @Option(name: .long, help: "Seeds of the simulator to run as well, as FIRST..LAST; none for none.")
    var seeds: String?

    @Option(name: .long, help: "Where the report is written, and ledgers and stores are kept.")
    var folder = ".build"

    /// For tests of this program itself.
    @Option(name: .long, help: .hidden)
    var plant: PlantedLoss?

    func run() async throws {
        let begun = Moment.nanoseconds()
        let place = URL(fileURLWithPath: folder)
        let data = place.appendingPathComponent("soak")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let options = CourseOptions(
            isQuick: quick,
            workerRounds: rounds,
            brokerRounds: brokerRounds,
            seed: seed,
            load: Load(ordersPerSecond: rate ?? (quick ? 5 : 15), inFlightMax: inFlight),
            plant: plant
        )
        let faults = only?.faults ?? FaultClass.allCases
        var courses: [CourseFigures] = []
        if !faults.isEmpty {
            let server = try RabbitMQServer()
            try server.prepareForSoak(virtualHosts: faults.map(\.rawValue))
            for fault in faults {
                courses.append(try await course(fault, server, data, options))
                // After each kind, so that an interrupted run has its figures too.
                try report(courses, nil, options, since: begun).write(
                    to: place.appendingPathComponent("soak.json")
                )
            }
            if quick, let left = try await Course.leftOver(faults, server) {
                courses[courses.count - 1].problems.append("left over in the broker: \(left)")
            }
        }
        var report = report(courses, nil, options, since: begun)
        if let seeds, seeds != "none" {
            Self.tell("simulator: seeds \(seeds)")
            let simulator = try await SimulatorRun.run(seeds: seeds, folder: data)
            report = self.report(courses, simulator, options, since: begun)
        }
        try report.write(to: place.appendingPathComponent("soak.json"))
        print("\n\(report.text)\n\nwritten to \(place.appendingPathComponent("soak.json").path)")
        if !report.problems.isEmpty { throw ExitCode.failure }
    }

    private func course(
        _ fault: FaultClass,
        _ server: RabbitMQServer,
        _ folder: URL,
        _ options: CourseOptions
    ) async throws -> CourseFigures {
        Self.tell("\(fault.rawValue): \(fault.title), \(options.rounds(fault)) rounds")
        let course =
            fault.stepsBroker
            ? try Course.withStepsOfBroker(fault, folder: folder, options: options)
            : try Course(fault, server: server, folder: folder, options: options)
        let figures = try await course.run()
        Self.tell(
            "\(fault.rawValue): \(figures.verdict.completed) of \(figures.verdict.confirmed) orders done in "
                + "\(Int(figures.seconds)) s, \(figures.problems.count) problems"
        )
        for problem in figures.problems.prefix(5) { Self.tell("  \(problem)") }
        return figures
    }

    private func report(
        _ courses: [CourseFigures],
        _ simulator: SoakReport.Seeds?,
        _ options: CourseOptions,
        since begun: UInt64
    ) -> SoakReport {
        SoakReport(
            options: options,
            seconds: Moment.seconds(since: begun),
            courses: courses,
            simulator: simulator
        )
    }

    private static func tell(_ text: String) { FileHandle.standardError.write(Data("soak: \(text)\n".utf8)) }
}

/// `K1,B2`; `none` for none.
struct FaultList: ExpressibleByArgument {
    var faults: [FaultClass]

    init?(argument: String) {
        if argument == "none" {
            faults = []
            return
        }
        let names = argument.split(separator: ",")
        faults = names.compactMap { FaultClass(rawValue: String($0)) }
        guard faults.count == names.count else { return nil }
    }
}

extension FaultClass {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// A loss that is made on purpose: a run that does not find it is of no use.
enum PlantedLoss: String, ExpressibleByArgument, Sendable {
    /// The sink does not write down the end of one order.
    case ledgerLine = "ledger-line"
    /// The store is removed between two workers.
    case store
}
