import Broker
import Foundation
import RabbitMQ
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Tickets", .enabled(if: ForeignClient.canRun, "needs pika: apt-get install python3-pika"))
    struct TicketTests {
        /// The parts of a ticket message that its system looks at.
        private struct TicketText {
            var text: String

            init(_ delivery: Delivery) { text = String(decoding: delivery.message.body, as: UTF8.self) }

            /// The identification under which the station knows it.
            var key: String? {
                text.firstMatch(of: /<corecom:BusinessComponentID[^>]*>([^<#]+#\d+)</).map { String($0.1) }
            }
        }

        @Test(
            "A component that fails again and again makes one ticket; its number comes back and goes along; it is closed (A54, A55)"
        )
        func course() async throws {
            let site = try StationSite(try .shared(), "tickets")
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            let broker = try RabbitMQBroker(address: try RabbitMQAddress(url: site.brokerURL), jitterSeed: 1)
            let made = QueueReader(broker, queues: ["AIA_CRTTTREQ_JMSQ"])
            let changed = QueueReader(broker, queues: ["AIA_UPDTTREQ_JMSQ"])
            try await site.output("submit", BuiltProducts.order("refused-speed.xml").path)
            try await made.wait(for: "a ticket that is asked for") { !$0.isEmpty }
            let ticket = TicketText(try #require(made.deliveries.first))
            let key = try #require(ticket.key, "\(ticket.text)")
            // SOM's system said so; COM heard it from SOM.
            #expect(ticket.text.contains("Not enough speed at this address"), "\(ticket.text)")

            try await answer(key, number: "TT-77", site)
            try await eventually("the ticket's number with the incident", every: 0.25) {
                try await site.output("fallout", "list", "--role", "COM").contains("TT-77")
            }
            try await site.output("fallout", "retry", "BB-2010", "--role", "COM", "--yes")
            try await changed.wait(for: "words about the retry and the next failure") { $0.count >= 2 }
            #expect(made.deliveries.count == 1)
            let told = changed.deliveries.map(TicketText.init)
            #expect(told.allSatisfy { $0.text.contains("TT-77") })
            try await site.output(
                "fallout",
                "skip",
                "BB-2010",
                "--role",
                "COM",
                "--reason",
                "by hand",
                "--yes"
            )
            try await changed.wait(for: "the end of the ticket") { deliveries in
                deliveries.last.map { TicketText($0).text.contains("RESOLVED") } ?? false
            }
            #expect(made.deliveries.count == 1)
            for process in [systems, worker] { try await stop(process) }
        }

        private func answer(_ key: String, number: String, _ site: StationSite) async throws {
            let file = site.folder.appendingPathComponent("answer.xml")
            try Data(
                """
                <t:CreateTroubleTicketResponseEBM
                    xmlns:t="http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/TroubleTicket/V1"
                    xmlns:c="http://xmlns.oracle.com/EnterpriseObjects/Core/Common/V2">
                  <c:EBMHeader><c:EBMID>answer-\(number)</c:EBMID><c:Sender><c:ID>SEBL_01</c:ID></c:Sender></c:EBMHeader>
                  <t:DataArea><t:CreateTroubleTicketResponse><c:Identification>
                    <c:BusinessComponentID>\(key)</c:BusinessComponentID>
                    <c:ApplicationObjectKey><c:ID>\(number)</c:ID></c:ApplicationObjectKey>
                  </c:Identification></t:CreateTroubleTicketResponse></t:DataArea>
                </t:CreateTroubleTicketResponseEBM>
                """.utf8
            ).write(to: file)
            try await ForeignClient.publish(
                [
                    ForeignClient.Publication(
                        queue: "AIA_CRTTTRESP_JMSQ",
                        file: file.path,
                        contentType: "application/xml"
                    )
                ],
                url: site.brokerURL
            )
        }
    }
}
