package import Broker

/// A consumer link together with everything it has reported.
package final class ObservedConsumer: Sendable {
    package let recorder: EventRecorder<ConsumerEvent>
    package let link: any ConsumerLink

    package init(
        _ broker: any Broker,
        _ queues: [String],
        prefetch: UInt16 = 256,
        messageBytesMax: Int = 4 << 20,
        inHandBytesMax: Int = 16 << 20,
        acknowledging: Bool = false,
        recorder: EventRecorder<ConsumerEvent> = EventRecorder()
    ) {
        self.recorder = recorder
        let acknowledger = Acknowledger()
        link = broker.openConsumer(
            ConsumerConfiguration(
                name: "observed consumer",
                queues: queues,
                prefetch: prefetch,
                messageBytesMax: messageBytesMax,
                inHandBytesMax: inHandBytesMax
            )
        ) { event in
            if acknowledging, case .deliveries(let batch) = event {
                acknowledger.acknowledge(batch.map(\.tag))
            }
            // Last, as whoever waits for it may close the link at once.
            recorder.record(event)
        }
        acknowledger.start(link)
    }

    package var deliveries: [Delivery] { Self.deliveries(in: recorder.events) }

    /// Waits for the first so many deliveries of all so far.
    package func deliveries(_ count: Int) async throws -> [Delivery] {
        try await recorder.wait(for: "\(count) deliveries") { events in
            let deliveries = Self.deliveries(in: events)
            return deliveries.count >= count ? Array(deliveries.prefix(count)) : nil
        }
    }

    package func connected(epoch: UInt64 = 1) async throws {
        try await recorder.wait(for: "connection \(epoch)") { events in
            events.contains { if case .connected(epoch) = $0 { true } else { false } } ? true : nil
        }
    }

    package func paused() async throws {
        try await recorder.wait(for: "the pause") { events in
            events.contains { if case .paused = $0 { true } else { false } } ? true : nil
        }
    }

    /// Waits for the pause, then true, or for more deliveries than so many, then false.
    package func pausedOrMore(than count: Int) async throws -> Bool {
        try await recorder.wait(for: "the pause or more than \(count) deliveries") { events in
            if events.contains(where: { if case .paused = $0 { true } else { false } }) { return true }
            return Self.deliveries(in: events).count > count ? false : nil
        }
    }

    /// Waits for the first loss and gives its error.
    package func lost() async throws -> BrokerError {
        try await recorder.wait(for: "a loss") { events in
            for case .lost(_, let error, _) in events { return error }
            return nil
        }
    }

    /// Closes the link and waits until it has ended; gives the error it ended with.
    @discardableResult
    package func close() async throws -> BrokerError? {
        link.close()
        return try await ended()
    }

    /// Waits until the link has ended; gives the error it ended with.
    package func ended() async throws -> BrokerError? {
        try await recorder.wait(for: "the end of the consumer") { events -> BrokerError?? in
            for case .closed(let error) in events { return .some(error) }
            return nil
        }
    }

    private static func deliveries(in events: [ConsumerEvent]) -> [Delivery] {
        events.flatMap { event -> [Delivery] in if case .deliveries(let batch) = event { batch } else { [] } }
    }
}

/// A publisher link together with everything it has reported.
package final class ObservedPublisher: Sendable {
    package let recorder = EventRecorder<PublisherEvent>()
    package let link: any PublisherLink

    package init(_ broker: any Broker) {
        let recorder = recorder
        link = broker.openPublisher(PublisherConfiguration(name: "observed publisher")) {
            recorder.record($0)
        }
    }

    package func connected(epoch: UInt64 = 1) async throws {
        try await recorder.wait(for: "connection \(epoch)") { events in
            events.contains { if case .connected(epoch) = $0 { true } else { false } } ? true : nil
        }
    }

    /// What was answered so far, one entry an answer.
    package var answers: [Answer] { Self.answers(in: recorder.events) }

    /// What became of a publication.
    package enum Answer: Sendable, Hashable {
        case confirmed(Int64)
        case returned(Int64, code: UInt16)
        case refused(Int64)
    }

    /// Waits for so many answers, of whatever kind.
    package func answers(_ count: Int) async throws -> [Answer] {
        try await recorder.wait(for: "\(count) answers") { events in
            let answers = Self.answers(in: events)
            return answers.count >= count ? answers : nil
        }
    }

    /// Waits for the first loss and gives its error.
    package func lost() async throws -> BrokerError {
        try await recorder.wait(for: "a loss") { events in
            for case .lost(_, let error, _) in events { return error }
            return nil
        }
    }

    /// Closes the link and waits until it has ended; gives the error it ended with.
    @discardableResult
    package func close(deadlineSeconds: Double = 10) async throws -> BrokerError? {
        link.close(deadlineSeconds: deadlineSeconds)
        return try await recorder.wait(for: "the end of the publisher") { events -> BrokerError?? in
            for case .closed(let error) in events { return .some(error) }
            return nil
        }
    }

    private static func answers(in events: [PublisherEvent]) -> [Answer] {
        events.flatMap { event -> [Answer] in
            switch event {
            case .confirmed(let ids): ids.map { .confirmed($0) }
            case .returned(let id, let code, _): [.returned(id, code: code)]
            case .refused(let ids): ids.map { .refused($0) }
            case .connected, .blocked, .unblocked, .lost, .closed: []
            }
        }
    }
}
