import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    @Test("try: without a terminal it ends by itself, with the faults it expects and nothing owed")
    func singleTour() async throws {
        let site = try CommandSite()
        let finished = try await tour(site, "--orders", "5", "--rate", "20")
        #expect(finished.exit == .code(0), "\(finished.errors)")
        let summary = try #require(finished.output.range(of: "Summary after"), "\(finished.output)")
        let text = finished.output[summary.lowerBound...]
        let faults = try #require(text.split(separator: "\n").first { $0.contains("faults ") })
        #expect(
            faults.hasSuffix(
                "expected from messages: MESSAGE_NOT_XML 1, ORDER_INVALID 1, SYSTEM_REFUSED 1; "
                    + "seen: MESSAGE_NOT_XML 1, ORDER_INVALID 1, SYSTEM_REFUSED 2"
            ),
            "\(faults)"
        )
        #expect(text.contains("owed        outbox 0, parked 0"), "\(text)")
        let verified = try await site.run(["verify"], environment: database(site))
        #expect(verified.exit == .code(0), "\(verified.output)\(verified.errors)")
        let statistics = try await site.statistics(environment: database(site))
        #expect(statistics.completed >= 5)
        #expect(statistics.errors == ["MESSAGE_NOT_XML": 1, "ORDER_INVALID": 1, "SYSTEM_REFUSED": 2])
    }

    @Test("try: a second run in the same folder has orders and messages of its own, however soon it comes")
    func toursInARow() async throws {
        let site = try CommandSite()
        // Seeds that follow one another are as near as two runs in one second would be.
        for seed in [[], [], ["--seed", "7"], ["--seed", "8"]] {
            let finished = try await tour(site, ["--orders", "2", "--rate", "50"] + seed)
            #expect(finished.exit == .code(0), "\(seed): \(finished.errors)")
        }
        let statistics = try await site.statistics(environment: database(site))
        #expect(statistics.errors == ["MESSAGE_NOT_XML": 4, "ORDER_INVALID": 4, "SYSTEM_REFUSED": 8])
        #expect(statistics.duplicates == 0)
    }

    @Test("try: a folder that cannot be made is named, with what to do")
    func folderThatCannotBeMade() async throws {
        let site = try CommandSite()
        let finished = try await site.run("try", "--folder", "/dev/null/here")
        #expect(finished.exit == .code(69))
        #expect(
            finished.errors
                == "STORE_UNREACHABLE: the folder /dev/null/here cannot be made. Name another with --folder, or look at the permissions\n"
        )
    }

    @Test("try: a fault that no example is made for is told by its code, and is a failure")
    func unexpectedFault() async throws {
        let site = try CommandSite()
        let examples = site.folder.appending(path: "orders")
        try FileManager.default.createDirectory(at: examples, withIntermediateDirectories: true)
        // Only its old name says that this one is to be refused.
        for (example, name) in [("refused-speed.xml", "fast.xml"), ("not-well-formed.xml", "broken.xml")] {
            try FileManager.default.copyItem(
                atPath: CommandSite.order(example),
                toPath: examples.appending(path: name).path
            )
        }
        let finished = try await tour(site, "--orders", "1", "--rate", "50", "--examples", examples.path)
        #expect(finished.exit == .code(1))
        #expect(
            finished.errors
                == "faults that no example is made for: SYSTEM_REFUSED 4; see `waystation orders`\n"
        )
    }

    @Test("try: on a terminal orders go on coming until Ctrl-C, which is a good end")
    func onATerminal() async throws {
        let site = try CommandSite()
        let terminal = try Terminal()
        let folder = site.folder.appending(path: "tour").path
        let process = try site.start(
            ["try", "--folder", folder, "--orders", "1", "--rate", "20"],
            output: terminal.handle
        )
        let wanted = try CommandSite.examples().count + 10
        var last = 0
        try await eventually("\(wanted) orders sent; it shows \(last)", seconds: 60, every: 0.1) {
            last = terminal.text.matches(of: /sent (\d+)\s/).compactMap { Int($0.output.1) }.max() ?? 0
            return last >= wanted
        }
        #expect(process.isRunning)
        process.signal(SIGINT)
        #expect(try await process.exit(within: 60) == .code(0), "\(process.errors)")
        try await eventually("the summary") { terminal.text.contains("What to do next") }
    }

    private func tour(_ site: CommandSite, _ arguments: String...) async throws -> FinishedProcess {
        try await tour(site, arguments)
    }

    private func tour(_ site: CommandSite, _ arguments: [String]) async throws -> FinishedProcess {
        let folder = site.folder.appending(path: "tour").path
        return try await site.start(["try", "--folder", folder] + arguments).finished(within: 120)
    }

    private func database(_ site: CommandSite) -> [String: String] {
        ["WAYSTATION_STORE": "sqlite:\(site.folder.appending(path: "tour").path)/waystation.db"]
    }

    @Test(
        "Numbers that make no sense are wrong usage",
        arguments: [
            ["emulate", "--fail-per-mille", "1001"], ["emulate", "--duplicate-per-mille=-1"],
            ["emulate", "--delay-milliseconds=-1"], ["try", "--orders=-1"], ["try", "--rate", "0"],
            ["try", "--rate", "nan"], ["try", "--deadline-seconds", "0"],
        ]
    )
    func usage(arguments: [String]) async throws {
        let finished = try await ChildProcess(try BuiltProducts.waystation(), arguments).finished(within: 20)
        #expect(finished.exit == .code(64), "\(finished.errors)")
        #expect(finished.errors.contains(" a number "), "\(finished.errors)")
    }

    @Test("emulate: a refusal on demand is one that the catalog knows, and becomes a fault")
    func refusalOnDemand() async throws {
        let site = try CommandSite()
        try await site.applyTopology()
        let worker = try await site.startWorker()
        let systems = try await site.startSystems("--fail-per-mille", "1000")
        try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
        var last: [String: Int] = [:]
        try await eventually("SYSTEM_REFUSED; there are \(last)", every: 0.25) {
            last = try await site.statistics().errors
            return last["SYSTEM_REFUSED"] ?? 0 > 0
        }
        #expect(last.keys.sorted() == ["SYSTEM_REFUSED"])
        let orders = try await site.orders("COM")
        #expect(orders.map(\.key) == ["MOB-2002"])
        #expect(orders.first?.state != "Completed")
        try await site.stop(worker)
        try await site.stop(systems)
    }
}
