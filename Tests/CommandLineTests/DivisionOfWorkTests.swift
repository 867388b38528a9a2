import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    @Test("COM and SOM in a process each, with a store each: an order completes in both")
    func processEach() async throws {
        let site = try CommandSite()
        try await site.applyTopology()
        let stores = ["COM", "SOM"].reduce(into: [:]) { stores, role in
            stores[role] = ["WAYSTATION_STORE": "sqlite:\(site.folder.appending(path: "\(role).db").path)"]
        }
        let central = try #require(stores["COM"])
        let service = try #require(stores["SOM"])
        let workers = [
            try await site.startWorker("--role", "COM", environment: central),
            try await site.startWorker("--role", "SOM", environment: service),
        ]
        let systems = try await site.startSystems()
        try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
        try await site.waitForCompletion(of: 1, environment: central)
        try await site.waitForCompletion(of: 1, role: "SOM", environment: service)
        // Each store holds the orders of its own role.
        #expect(try await site.orders("COM", environment: central).map(\.key) == ["MOB-2002"])
        #expect(try await site.orders("SOM", environment: central).isEmpty)
        #expect(try await site.orders("COM", environment: service).isEmpty)
        for worker in workers { try await site.stop(worker) }
        try await site.stop(systems)
        for store in [central, service] {
            let verified = try await site.run(["verify"], environment: store)
            #expect(verified.exit == .code(0), "\(verified.output)\(verified.errors)")
        }
    }

    @Test("Four deciders with a prefetch of ten for each role: every order completes (A61)")
    func concurrency() async throws {
        let site = try CommandSite()
        try site.configure(replacing: [
            ("concurrency: 1", "concurrency: 4"), ("prefetch: 256", "prefetch: 10"),
        ])
        try await site.applyTopology()
        let worker = try await site.startWorker()
        try await eventually("both consumers", seconds: 30) {
            worker.errors.components(separatedBy: " consuming ").count == 3
        }
        let systems = try await site.startSystems()
        try await site.expectSuccess(
            "submit",
            CommandSite.order("mobile.xml"),
            CommandSite.order("broadband-rio.xml"),
            CommandSite.order("urgent.xml"),
            "--generate",
            "30",
            "--seed",
            "3"
        )
        try await site.waitForCompletion(of: 30)
        #expect(try await site.orders("COM").count == 30)
        #expect(try await site.statistics().errors.isEmpty)
        try await site.stop(worker)
        try await site.stop(systems)
        let verified = try await site.run("verify")
        #expect(verified.exit == .code(0), "\(verified.output)\(verified.errors)")
    }
}
