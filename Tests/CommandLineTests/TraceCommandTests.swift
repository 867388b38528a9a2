import Broker
import Foundation
import TestSupport
import Testing

extension Commands {
    @Suite("trace")
    struct TraceTests {
        private static let process = "b2a94c7e-1d53-4f6a-8e21-000000000003"

        @Test("Every message of every queue stands in it once a way, with ids, queue, order and result (A73)")
        func everyMessage() async throws {
            let site = try CommandSite()
            let filled = try FilledStore(site)
            try filled.send("broadband-rio.xml")
            try filled.settle()
            let passed = filled.passed
            // Another process is not among them; a message that comes again changes nothing and is not told again.
            try filled.send("mobile.xml")
            let update = try #require(passed.last { $0.queue == "AIA_UPDFO_IN_JMSQ" })
            filled.send(update.message.body, to: update.queue)
            try filled.settle()
            try filled.close()
            let order = try await site.run("order", "BB-2003", "--json").json()
            let process = try #require(order["instanceId"].text)
            let run = try await site.run("trace", process, "--json")
            #expect(run.exit == .code(0), "\(run.errors)")
            let trace = try run.json()
            #expect(trace["instanceId"].text == process)
            #expect(Set(trace["orders"].elements.compactMap { $0["role"].text }) == ["COM", "SOM"])
            let messages = trace["messages"].elements
            #expect(messages.allSatisfy { $0["id"].text != nil && $0["order"].text != nil })
            let times = messages.compactMap { $0["at"].text }
            #expect(times == times.sorted() && times.count == messages.count)

            func ids(_ way: String, _ queue: String) -> [String] {
                messages.filter { $0["direction"].text == way && $0["queue"].text == queue }
                    .compactMap { $0["id"].text }
            }
            let inbound: Set = [
                "AIA_CRTFO_IN_JMSQ", "AIA_UPDFO_IN_JMSQ", "AIA_CRTFO_OUT_JMSQ", "SOM_UPDFO_IN_JMSQ",
            ]
            var outgoing = 0
            for queue in Set(passed.map(\.queue)) {
                let there = passed.filter { $0.queue == queue }.compactMap(\.message.properties.messageID)
                if inbound.contains(queue) {
                    let taken = ids("in", queue)
                    #expect(Set(taken).count == taken.count && Set(taken).isSuperset(of: there), "\(queue)")
                    #expect(taken.count == passed.count { $0.queue == queue }, "\(queue)")
                }
                let sent = ids("out", queue)
                #expect(Set(sent).count == sent.count && Set(sent).isSubset(of: there), "\(queue)")
                outgoing += sent.count
                if !inbound.contains(queue) { #expect(sent.sorted() == there.sorted(), "\(queue)") }
            }
            #expect(outgoing == messages.count { $0["direction"].text == "out" } && outgoing > 10)
            let between = ids("out", "AIA_CRTFO_OUT_JMSQ")
            #expect(!between.isEmpty && between == ids("in", "AIA_CRTFO_OUT_JMSQ"))
            let first = try #require(messages.first)
            #expect(first["type"].text == "ProcessSalesOrderFulfillmentEBM" && first["role"].text == "COM")
            #expect(first["result"].text?.hasPrefix("The order is accepted: revision 1") == true)
            let cause = messages.first { $0["direction"].text == "out" }?["cause"].text
            #expect(cause == "because of \(first["id"].text ?? "")")
        }

        @Test("For people, by the key of an order; the order's own history tells what was sent")
        func report() async throws {
            let site = try CommandSite()
            let filled = try FilledStore(site)
            try filled.send("broadband-rio.xml")
            try filled.settle()
            try filled.close()
            let run = try await site.run("trace", "--order", "COM/BB-2003")
            #expect(run.exit == .code(0), "\(run.errors)")
            #expect(run.output.hasPrefix("Business process \(Self.process): "), "\(run.output)")
            #expect(run.output.contains("ProcessProvisioningOrderEBM"))
            let order = try await site.run("order", "BB-2003")
            let sent = order.output.split(separator: "\n").filter { $0.hasPrefix("      Sent ") }
            #expect(sent.count > 6)
            #expect(
                sent.contains {
                    $0.contains("Sent ProcessProvisioningOrderEBM EBM-")
                        && $0.hasSuffix(" to queue AIA_CRTFO_OUT_JMSQ.")
                },
                "\(order.output)"
            )
        }

        @Test("A process that nobody knows: 1; neither or both of process and order: 64")
        func wrong() async throws {
            let site = try CommandSite()
            try FilledStore(site).close()
            let unknown = try await site.run("trace", "no-such-process")
            #expect(unknown.exit == .code(1) && unknown.output.isEmpty)
            #expect(unknown.errors.contains("no-such-process"), "\(unknown.errors)")
            #expect(try await site.run("trace").exit == .code(64))
            #expect(try await site.run("trace", "a", "--order", "b").exit == .code(64))
            #expect(try await site.run("trace", "--order", "NEVER").exit == .code(1))
        }
    }
}
