import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    @Test("try: without a terminal it ends by itself, with the faults it expects and nothing owed")
    func tour() async throws {
        let site = try CommandSite()
        let folder = site.folder.appending(path: "tour").path
        let process = try site.start(["try", "--folder", folder, "--orders", "5", "--rate", "20"])
        let finished = try await process.finished(within: 120)
        #expect(finished.exit == .code(0), "\(finished.errors)")
        let summary = try #require(finished.output.range(of: "Summary after"), "\(finished.output)")
        let text = finished.output[summary.lowerBound...]
        let faults = try #require(text.split(separator: "\n").first { $0.contains("faults ") })
        for code in ["ORDER_INVALID", "MESSAGE_NOT_XML", "SYSTEM_REFUSED"] {
            #expect(faults.contains(code), "\(faults)")
        }
        #expect(text.contains("owed        outbox 0, parked 0"), "\(text)")
        let database = ["WAYSTATION_STORE": "sqlite:\(folder)/waystation.db"]
        let verified = try await site.run(["verify"], environment: database)
        #expect(verified.exit == .code(0), "\(verified.output)\(verified.errors)")
        #expect(try await site.statistics(environment: database).completed >= 5)
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
