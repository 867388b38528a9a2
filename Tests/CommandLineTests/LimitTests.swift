import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    @Test("Limits of queues.yaml are those of the worker: lines of an order, depth of its XML")
    func limits() async throws {
        let site = try CommandSite()
        let generous = site.config
        try site.configure(replacing: [
            ("linesPerOrder: 2000", "linesPerOrder: 15"), ("xmlDepth: 64", "xmlDepth: 24"),
        ])
        let strict = site.config
        try await site.applyTopology()
        let worker = try await site.startWorker()
        let systems = try await site.startSystems()
        // Who sends them has other limits: 16 lines, and elements 30 deep in one of which nobody knows anything.
        site.config = generous
        let nested =
            String(repeating: "<corecom:Note>", count: 24)
            + String(repeating: "</corecom:Note>", count: 24)
        let deep = try CommandSite.text("qualify.xml").replacingOccurrences(
            of: "</corecom:EBMHeader>",
            with: "\(nested)</corecom:EBMHeader>"
        )
        let file = try site.write(deep, as: "deep.xml")
        try await site.expectSuccess("submit", CommandSite.order("triple-play.xml"))
        try await site.expectSuccess("submit", file)
        try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
        site.config = strict
        try await site.waitForCompletion(of: 1)
        var errors: [String: Int] = [:]
        try await eventually("both faults; there are \(errors)", every: 0.25) {
            errors = try await site.statistics().errors
            return errors.count >= 2
        }
        #expect(errors == ["LINE_LIMIT_EXCEEDED": 1, "MESSAGE_UNSAFE": 1])
        let orders = try await site.orders("COM")
        #expect(orders.first { $0.key == "TRIO-2001" }?.state == "Failed")
        #expect(orders.map(\.key).sorted() == ["MOB-2002", "TRIO-2001"])
        // The limit itself is allowed.
        site.config = generous
        try site.configure(replacing: [("linesPerOrder: 2000", "linesPerOrder: 16")])
        let plan = try await site.run("plan", CommandSite.order("triple-play.xml"))
        #expect(plan.exit == .code(0), "\(plan.errors)")
        site.config = strict
        try await site.stop(worker)
        try await site.stop(systems)
    }
}
