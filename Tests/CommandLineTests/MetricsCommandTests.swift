import Broker
import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    @Suite("Metrics")
    struct MetricsTests {
        @Test(
            "Flows, failures by code and queues are told of a real run, beside the worker and after it (A71)"
        )
        func metrics() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try await site.startWorker()
            try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
            try await site.expectSuccess("submit", CommandSite.order("triple-play.xml"))
            let publisher = ObservedPublisher(site.broker)
            try await publisher.connected()
            publisher.link.publish([
                Publication(
                    id: 1,
                    destination: .queue("AIA_CRTFO_IN_JMSQ"),
                    message: Message(body: Array("nonsense".utf8))
                )
            ])
            #expect(try await publisher.answers(1) == [.confirmed(1)])
            try await publisher.close()
            try await eventually("two orders and a failed message", seconds: 30, every: 0.1) {
                let orders = try await site.orders("COM").count
                let errors = try await site.statistics().errors
                return orders == 2 && errors.count == 1
            }
            let beside = try await site.run("metrics")
            #expect(beside.exit == .code(0), "\(beside.errors)")
            #expect(beside.output.contains("OLDEST OF OURS"), "\(beside.output)")
            try await site.stop(worker)

            let told = try await site.run("metrics", "--json").json()
            let orders = try #require(
                told["flows"].elements.first { $0["role"].text == "COM" && $0["kind"].text == "order" }
            )
            #expect(orders["ok"].number == 2 && orders["failed"].number == 1)
            #expect(orders["timed"].number == 3)
            let median = try #require(orders["p50Microseconds"].number)
            #expect(median >= orders["minMicroseconds"].number ?? .max)
            #expect(median <= orders["maxMicroseconds"].number ?? 0)
            #expect((orders["maxMicroseconds"].number ?? 0) > 0)
            #expect(told["failures"].elements.count == 1)
            #expect(told["failures"][0]["code"].text == "MESSAGE_NOT_XML")
            #expect(told["failures"][0]["messages"].number == 1)
            let minutes = told["minutes"].elements.filter {
                $0["role"].text == "COM" && $0["kind"].text == "order"
            }
            #expect(minutes.compactMap { $0["ok"].number }.reduce(0, +) == 2)
            #expect(minutes.allSatisfy { $0["minute"].text?.hasSuffix("00Z") ?? false }, "\(minutes)")
            let errors = try #require(
                told["queues"].elements.first { $0["queue"].text == "AIA_ERROR_JMSQ" }
            )
            #expect(errors["ready"].number == 1 && errors["owed"].number == 0)
            #expect(errors["oldestSeconds"].isNull)

            let table = try await site.run("metrics", "--role", "COM", "--by-minute", "--last", "5")
            #expect(table.output.hasPrefix("MINUTE"), "\(table.output)")
            #expect(!table.output.contains("SOM"), "\(table.output)")
            #expect(try await site.run("metrics", "--last", "0").exit == .code(64))
            #expect(try await site.run("metrics", "--role", "XYZ").exit == .code(64))
        }
    }
}
