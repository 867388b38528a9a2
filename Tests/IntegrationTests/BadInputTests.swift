import Broker
import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Bad input", .enabled(if: ForeignClient.canRun, "needs pika: pip install pika"))
    struct BadInputTests {
        private static let queue = "AIA_CRTFO_IN_JMSQ"
        private static let hugeBytes = 100 << 20

        @Test(
            "Whatever comes, the worker goes on: original in the error queue, a fault with code and hop, exact counts"
        )
        func badInput() async throws {
            let site = try StationSite(try .shared(), "bad")
            let worker = try await site.startWorker()
            let systems = try await site.startSystems()
            let broker = try site.broker()
            let errors = QueueReader(broker, queues: ["AIA_ERROR_JMSQ"], messageBytesMax: Self.hugeBytes * 2)
            let faults = QueueReader(broker, queues: ["AIA_ORDERFALLOUT_JMSQ"])

            var codes: [String: Int] = [:]
            for (number, input) in BadInput.all.enumerated() {
                let good = SampleOrder(key: "GOOD-\(number)")
                try await ForeignClient.publish(
                    [
                        try input.publication(queue: Self.queue, folder: site.folder),
                        try good.publication(queue: Self.queue, folder: site.folder),
                    ],
                    url: site.brokerURL
                )
                guard let code = input.code else { continue }
                codes[code, default: 0] += 1
                if !input.isOrder { try await Self.expectKept(input, code: code, errors: errors) }
                try await faults.wait(for: "the fault of \(input.name)") { deliveries in
                    deliveries.contains { Self.fault($0, is: code, about: input) }
                }
            }
            let expected = BadInput.all.count + BadInput.all.count(where: \.completes)
            try await site.waitForCompletion(of: expected)
            #expect(worker.isRunning)
            for input in BadInput.all where input.isOrder && !input.completes {
                #expect(try await site.order(input.key ?? "").state == "Failed", "\(input.name)")
            }
            let unreadable = codes.values.reduce(0, +) - BadInput.all.count(where: \.isOrder)
            let told = try await WrongUpdate.all(of: site.order("GOOD-0"))
            for update in told {
                try await ForeignClient.publish(
                    [try update.publication(folder: site.folder)],
                    url: site.brokerURL
                )
                codes[update.code, default: 0] += 1
                try await faults.wait(for: "the fault of \(update.id)") { deliveries in
                    deliveries.contains { update.isMeant(by: $0) }
                }
            }
            let statistics = try await site.statistics()
            #expect(statistics.errors == codes)
            #expect(statistics.duplicates == 1)
            #expect(statistics.parked == 3)
            #expect(errors.deliveries.count == unreadable)
            #expect(faults.deliveries.count == codes.values.reduce(0, +))
            try await site.expectVerified()
            for process in [systems, worker] { try await stop(process) }
        }

        /// Expects the original in the error queue, with what is wrong with it.
        private static func expectKept(_ input: BadInput, code: String, errors: QueueReader) async throws {
            let body = input.body
            try await errors.wait(for: "\(input.name) in the error queue") { deliveries in
                deliveries.contains { $0.message.body == body }
            }
            let found = try #require(errors.deliveries.last { $0.message.body == body })
            let properties = found.message.properties
            #expect(properties.messageID == input.messageID, "\(input.name)")
            if input.isDeadLettered {
                // The broker itself put it there, untouched.
                #expect(properties.headers.contains { $0.name == "x-death" }, "\(input.name)")
            } else {
                #expect(properties.header("x-waystation-code") == code, "\(input.name)")
                #expect(properties.header("x-waystation-queue") == queue, "\(input.name)")
                #expect(properties.header("x-waystation-role") == "COM", "\(input.name)")
                #expect(properties.header("x-waystation-text")?.isEmpty == false, "\(input.name)")
                #expect(properties.header("x-waystation-time") != nil, "\(input.name)")
                #expect(properties.contentType == input.contentType, "\(input.name)")
            }
            if input.headers != nil {
                #expect(properties.header("x-waystation-dropped-headers") != nil, "\(input.name)")
            }
        }

        /// Whether it says that code, the queue where the message was taken, and its id.
        private static func fault(_ delivery: Delivery, is code: String, about input: BadInput) -> Bool {
            let text = String(decoding: delivery.message.body, as: UTF8.self)
            let id = input.messageID.map { "<corecom:SenderMessageID>\($0)</corecom:SenderMessageID>" }
            return text.contains("<corecom:Code>\(code)</corecom:Code>")
                && text.contains("<corecom:SenderResourceID>\(queue)</corecom:SenderResourceID>")
                && (id.map { text.contains($0) } ?? true)
        }
    }
}
