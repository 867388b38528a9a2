import Broker
import Dispatch
import RabbitMQ
import TestSupport
import Testing

extension RabbitMQServer {
    /// A broker adapter for this node with short times.
    func broker(heartbeatSeconds: UInt16 = 10) throws -> RabbitMQBroker {
        var address = try RabbitMQAddress(url: url)
        address.heartbeatSeconds = heartbeatSeconds
        return try RabbitMQBroker(address: address, jitterSeed: 1)
    }

    /// Messages ready in a queue, asked of the queue itself (lists of queues are seconds old); -1 without such a queue.
    func depth(_ queue: String) throws -> Int {
        let answer = try control(
            "eval",
            """
            case rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"\(queue)">>)) of
                {ok, Queue} -> {ok, Ready, _} = rabbit_amqqueue:stat(Queue), Ready;
                _ -> -1
            end.
            """
        )
        guard let depth = Int(answer.split(whereSeparator: \.isWhitespace).last ?? "") else {
            throw TestFailure("the depth of \(queue) is \(answer)")
        }
        return depth
    }
}

/// Looks every now and then until the condition holds; throws when the time is over first.
func eventually(_ what: String, seconds: Double = 30, _ condition: () throws -> Bool) async throws {
    let seconds = seconds * Patience.factor
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard ContinuousClock.now < deadline else {
            throw TestFailure("waited \(seconds) s in vain for \(what)")
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + 0.1) { continuation.resume() }
        }
    }
}

/// A consumer link with everything it reported.
final class TestConsumer: Sendable {
    let recorder = EventRecorder<ConsumerEvent>()
    let link: any ConsumerLink

    init(
        _ broker: RabbitMQBroker,
        _ queues: [String],
        prefetch: UInt16 = 256,
        messageBytesMax: Int = 4 << 20,
        inHandBytesMax: Int = 16 << 20
    ) {
        let recorder = recorder
        let configuration = ConsumerConfiguration(
            name: "test consumer",
            queues: queues,
            prefetch: prefetch,
            messageBytesMax: messageBytesMax,
            inHandBytesMax: inHandBytesMax
        )
        link = broker.openConsumer(configuration) { recorder.record($0) }
    }

    var counters: ConsumerCounters? { (link as? RabbitMQConsumer)?.counters }

    func connected(epoch: UInt64 = 1) async throws {
        try await recorder.wait(for: "connection \(epoch)") { events in
            events.contains { if case .connected(epoch) = $0 { true } else { false } } ? true : nil
        }
    }

    /// All deliveries so far, as soon as there are so many.
    @discardableResult
    func deliveries(_ count: Int, seconds: Double = 30) async throws -> [Delivery] {
        try await recorder.wait(for: "\(count) deliveries", seconds: seconds) { events in
            let deliveries = Self.deliveries(in: events)
            return deliveries.count >= count ? deliveries : nil
        }
    }

    static func deliveries(in events: [ConsumerEvent]) -> [Delivery] {
        events.flatMap { event -> [Delivery] in if case .deliveries(let batch) = event { batch } else { [] } }
    }

    /// The first loss after the given number of them.
    func lost(
        after skipped: Int = 0,
        seconds: Double = 30
    ) async throws -> (epoch: UInt64, error: BrokerError) {
        let loss = try await recorder.wait(for: "a loss", seconds: seconds) { events in
            events.compactMap(Loss.init).dropFirst(skipped).first
        }
        return (loss.epoch, loss.error)
    }

    private struct Loss: Sendable {
        let epoch: UInt64
        let error: BrokerError
        init?(_ event: ConsumerEvent) {
            guard case .lost(let epoch, let error, _) = event else { return nil }
            self.epoch = epoch
            self.error = error
        }
    }

    func close() async throws {
        link.close()
        try await recorder.wait(for: "the end") { events in
            if case .closed = events.last { true } else { nil }
        }
    }
}

/// A publisher link with everything it reported.
final class TestPublisher: Sendable {
    let recorder = EventRecorder<PublisherEvent>()
    let link: any PublisherLink

    init(_ broker: RabbitMQBroker, confirmTimeoutSeconds: Double = 30) {
        let recorder = recorder
        let configuration = PublisherConfiguration(
            name: "test publisher",
            confirmTimeoutSeconds: confirmTimeoutSeconds
        )
        link = broker.openPublisher(configuration) { recorder.record($0) }
    }

    func connected(epoch: UInt64 = 1) async throws {
        try await recorder.wait(for: "connection \(epoch)") { events in
            events.contains { if case .connected(epoch) = $0 { true } else { false } } ? true : nil
        }
    }

    static func confirmed(in events: [PublisherEvent]) -> [Int64] {
        events.flatMap { event -> [Int64] in if case .confirmed(let ids) = event { ids } else { [] } }
    }

    /// All confirmed ids, as soon as there are so many.
    @discardableResult
    func confirmed(_ count: Int, seconds: Double = 30) async throws -> [Int64] {
        try await recorder.wait(for: "\(count) confirms", seconds: seconds) { events in
            let ids = Self.confirmed(in: events)
            return ids.count >= count ? ids : nil
        }
    }

    func lost(seconds: Double = 30) async throws -> BrokerError {
        try await recorder.wait(for: "a loss", seconds: seconds) { events in
            for case .lost(_, let error, _) in events { return error }
            return nil
        }
    }

    func close(deadlineSeconds: Double = 5) async throws -> BrokerError? {
        link.close(deadlineSeconds: deadlineSeconds)
        return try await recorder.wait(for: "the end") { events -> BrokerError?? in
            if case .closed(let error) = events.last { .some(error) } else { nil }
        }
    }
}

/// Messages for a queue, numbered from 1 or from `first`.
func publications(_ count: Int, to queue: String, first: Int64 = 1, bytes: Int = 16) -> [Publication] {
    (first..<first + Int64(count)).map { id in
        let properties = MessageProperties(deliveryMode: 2, messageID: "m-\(id)")
        let body = [UInt8](repeating: UInt8(truncatingIfNeeded: id), count: bytes)
        return Publication(
            id: id,
            destination: .queue(queue),
            message: Message(properties: properties, body: body)
        )
    }
}

extension Result where Failure == any Error {
    /// What came of it, so that something is put right again before it is looked at.
    static func of(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
