import Broker
import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A foreign client", .enabled(if: ForeignClient.canRun, "needs pika: pip install pika"))
    struct ForeignClientTests {
        private static let order = BuiltProducts.order("triple-play.xml")
        private static let milestones: Set = [
            "PROVISION START", "PROVISION DESIGNED", "PROVISION COMPLETE", "SHIPPED", "INSTALL COMPLETE",
        ]

        @Test("pika publishes the order of 16 lines, COM and SOM work, pika reads updates until COMPLETE")
        func orderCapture() async throws {
            let site = try StationSite(try .shared(), "capture")
            try await site.applyTopology()
            let trace = try PublicationTrace(site, broker: try site.broker())
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            let report = try await ForeignClient.captureOrder(
                site,
                order: Self.order,
                into: site.folder.appendingPathComponent("seen"),
                playSOM: false
            )
            #expect(report.lines == 16)
            #expect(
                report.statuses == ["IN PROGRESS", "COMPLETE"]
                    || report.statuses == ["OPEN", "IN PROGRESS", "COMPLETE"]
            )
            #expect(Set(report.milestones) == Self.milestones)
            let order = try await site.order(report.key)
            #expect(order.state == "Completed")
            #expect(
                order.lines.count == 16 && order.lines.allSatisfy { $0.state?.hasPrefix("COMPLETE") ?? false }
            )
            let provisioning = try await site.orders("--role", "SOM")
            #expect(provisioning.count == 3 && provisioning.allSatisfy { $0.state == "Completed" })
            try await site.waitForQuiet()
            try await site.expectVerified()

            // The components by their functions: what the catalog makes of these lines.
            let functions = Dictionary(grouping: order.components, by: \.function).mapValues(\.count)
            #expect(
                functions["SyncCustomer"] == 1 && functions["ProvisionOrder"] == 3
                    && functions["ShipOrder"] == 1
            )
            #expect(functions["InstallOrder"] == 1)
            for (request, ids) in trace.requests { #expect(Set(ids).count == 1, "\(request): \(ids)") }

            let emitted = trace.fromStation
            let types = Set(emitted.compactMap(\.type))
            #expect(
                types == [
                    "UpdateSalesOrderEBM", "ProcessProvisioningOrderEBM", "ProcessFulfillmentOrderEBM",
                    "ProcessFulfillmentOrderUpdateEBM",
                ]
            )
            #expect(emitted.count { $0.type == "UpdateSalesOrderEBM" } == report.updates)
            let problems = try await SchemaCheck.problems(of: emitted, folder: site.folder)
            #expect(problems.isEmpty, "\(problems.joined().prefix(3_000))")
            for process in [systems, worker] { try await stop(process) }
        }

        @Test(
            "pika plays SOM as well: provisioning orders with all their properties, updates in answer to them"
        )
        func playedSOM() async throws {
            let site = try StationSite(try .shared(), "som")
            let worker = try await site.startWorker("--role", "COM")
            let systems = try await site.startSystems("--role", "COM")
            let report = try await ForeignClient.captureOrder(
                site,
                order: Self.order,
                into: site.folder.appendingPathComponent("seen"),
                playSOM: true
            )
            #expect(report.provisioning == 3)
            #expect(report.answers >= 9)
            #expect(report.statuses.last == "COMPLETE")
            #expect(Set(report.milestones) == Self.milestones)
            #expect(try await site.order(report.key).state == "Completed")
            try await site.waitForQuiet()
            #expect(try await site.statistics().errors == [:])
            for process in [systems, worker] { try await stop(process) }
        }
    }
}
