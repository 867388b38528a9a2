internal import Broker

extension BrokerState {
    /// The thread of a consumer link takes one turn.
    mutating func turn(consumer link: Int, now: Int64, _ notices: inout [Notice]) {
        guard var side = consumers[link] else { return }
        // Taken out, so that it is not copied.
        consumers[link] = nil
        defer { if owners[link] != nil { consumers[link] = side } }
        let handler = side.handler
        func tell(_ event: ConsumerEvent) { notices.append(.consumer(handler, event)) }

        let commands = side.commands
        side.commands = []
        var mayResume = false
        var isRenewing = false
        let staleCount = side.ledger.staleCount
        for command in commands {
            switch command {
            case .acknowledge(let tags): side.ledger.acknowledge(tags)
            case .reject(let tags): side.ledger.reject(tags)
            case .takeOneByOne(let queues):
                isRenewing = isRenewing || !queues.isSubset(of: side.oneByOne)
                side.oneByOne = queues
                side.ledger.setAside(queues)
                if let index = channelIndex(side.channel) { channels[index].narrow(to: side) }
            case .pause: pause(&side, tell)
            case .resume: mayResume = true
            case .close: close(&side, link: link, tell)
            }
        }
        meet(.lateAcknowledgement, times: Int(side.ledger.staleCount - staleCount))
        settle(&side)
        if mayResume { resume(&side) }
        if isRenewing, case .connected = side.phase { leaveChannel(&side) }
        if case .closed = side.phase { return removeLink(link) }
        if isLost(side.channel, now: now) { return lose(&side, link: link, now: now, tell) }
        if case .waiting(let retryAt) = side.phase, retryAt <= now {
            connect(&side, link: link, now: now, tell)
        }
    }

    private mutating func settle(_ side: inout ConsumerSide) {
        let settlements = side.ledger.takeSettlements()
        guard !settlements.isEmpty, let index = channelIndex(side.channel), !channels[index].isCut else {
            return
        }
        for settlement in settlements { channels[index].toBroker.append(.settle(settlement)) }
    }

    private mutating func pause(_ side: inout ConsumerSide, _ tell: (ConsumerEvent) -> Void) {
        switch side.phase {
        case .waiting:
            side.phase = .paused
            tell(.paused)
        case .connected:
            side.phase = .pausing
            if let index = channelIndex(side.channel) { channels[index].toBroker.append(.cancel) }
        case .pausing, .paused, .closing, .closed: break
        }
    }

    /// On a new channel: what is in hand comes again.
    private mutating func resume(_ side: inout ConsumerSide) {
        switch side.phase {
        case .pausing, .paused: leaveChannel(&side)
        case .waiting, .connected, .closing, .closed: break
        }
    }

    private mutating func leaveChannel(_ side: inout ConsumerSide) {
        if let index = channelIndex(side.channel) {
            // What was asked for before reaches the broker first.
            channels[index].toBroker.append(.close)
            channels[index].isClientGone = true
            channels[index].toClient.removeAll()
        }
        side.channel = nil
        side.ledger.abandon()
        side.phase = .waiting(retryAt: 0)
    }

    private mutating func close(
        _ side: inout ConsumerSide,
        link: Int,
        _ tell: (ConsumerEvent) -> Void
    ) {
        settle(&side)
        switch side.phase {
        case .closing, .closed: return
        case .waiting, .paused, .connected, .pausing: break
        }
        guard let index = channelIndex(side.channel), !channels[index].isCut else {
            dropChannel(side.channel)
            side.channel = nil
            side.phase = .closed
            return tell(.closed(error: nil))
        }
        channels[index].toBroker.append(.close)
        side.phase = .closing
    }

    private mutating func lose(
        _ side: inout ConsumerSide,
        link: Int,
        now: Int64,
        _ tell: (ConsumerEvent) -> Void
    ) {
        let error = channelIndex(side.channel).flatMap { channels[$0].error } ?? Self.connectionLost
        dropChannel(side.channel)
        side.channel = nil
        side.ledger.abandon()
        switch side.phase {
        case .closing:
            side.phase = .closed
            tell(.closed(error: nil))
            removeLink(link)
        case .pausing, .paused:
            if case .pausing = side.phase { tell(.paused) }
            side.phase = .paused
        case .connected, .waiting: retry(&side, error, now: now, tell)
        case .closed: break
        }
    }

    private mutating func retry(
        _ side: inout ConsumerSide,
        _ error: BrokerError,
        now: Int64,
        _ tell: (ConsumerEvent) -> Void
    ) {
        let seconds = side.backoff.next(using: &random)
        side.phase = .waiting(retryAt: now + Int64(seconds * 1_000))
        tell(.lost(epoch: side.epoch, error: error, retryInSeconds: seconds))
    }

    private mutating func connect(
        _ side: inout ConsumerSide,
        link: Int,
        now: Int64,
        _ tell: (ConsumerEvent) -> Void
    ) {
        if isDown { return retry(&side, Self.unreachable, now: now, tell) }
        var queues: [Int] = []
        for name in side.configuration.queues {
            guard let queue = routing.index(ofQueue: name) else {
                return retry(&side, Self.notFound(name), now: now, tell)
            }
            queues.append(queue)
        }
        let index = addChannel(link: link)
        channels[index].queues = queues
        channels[index].prefetch = Int(side.configuration.prefetch)
        channels[index].narrow(to: side)
        channels[index].bytesMax = side.configuration.messageBytesMax
        channels[index].isConsuming = true
        side.channel = channels[index].id
        side.epoch += 1
        side.ledger.begin(epoch: side.epoch)
        side.backoff.reset()
        side.phase = .connected
        tell(.connected(epoch: side.epoch))
    }

    /// A consumer takes frames: deliveries that have arrived come as one event.
    mutating func receive(consumer link: Int, channel index: Int, count: Int, _ notices: inout [Notice]) {
        guard var side = consumers[link] else { return }
        consumers[link] = nil
        defer { if owners[link] != nil { consumers[link] = side } }
        var batch: [Delivery] = []
        for _ in 0..<count {
            guard !side.isFull, let frame = channels[index].toClient.takeFirst() else { break }
            switch frame {
            case .delivery(let tag, let queue, let message, let isRedelivered):
                channels[index].arrivedTag = tag
                guard let place = side.configuration.queues.firstIndex(of: queue),
                    side.ledger.deliver(tag: tag, bytes: message.body.count, ofQueue: place)
                else { continue }
                batch.append(
                    delivery(of: message, tag: tag, queue: queue, isRedelivered: isRedelivered, side)
                )
            case .cancelled:
                if !batch.isEmpty { notices.append(.consumer(side.handler, .deliveries(batch))) }
                batch = []
                if case .pausing = side.phase {
                    side.phase = .paused
                    notices.append(.consumer(side.handler, .paused))
                }
            case .closed:
                side.phase = .closed
                dropChannel(side.channel)
                if !batch.isEmpty { notices.append(.consumer(side.handler, .deliveries(batch))) }
                notices.append(.consumer(side.handler, .closed(error: nil)))
                return removeLink(link)
            case .confirm, .refusal, .comeback, .blocked, .unblocked: continue
            }
        }
        if side.isFull, !channels[index].toClient.isEmpty { meet(.withFullHands) }
        if !batch.isEmpty { notices.append(.consumer(side.handler, .deliveries(batch))) }
    }

    private func delivery(
        of message: Message,
        tag: UInt64,
        queue: String,
        isRedelivered: Bool,
        _ side: ConsumerSide
    ) -> Delivery {
        var message = message
        let bytes = message.body.count
        let isOversized = bytes > side.configuration.messageBytesMax
        if isOversized { message.body.removeLast(bytes - side.configuration.messageBytesMax) }
        return Delivery(
            tag: DeliveryTag(epoch: side.epoch, number: tag),
            queue: queue,
            message: message,
            redelivered: isRedelivered,
            oversizedBytes: isOversized ? UInt64(bytes) : nil
        )
    }

    static let connectionLost = BrokerError(
        .connectionLost,
        "the connection is cut",
        remedy: "It is made again.",
        mayHaveHappened: true
    )
    static let unreachable = BrokerError(
        .unreachable,
        "the broker does not answer",
        remedy: "It is tried again."
    )

    private static func notFound(_ queue: String) -> BrokerError {
        BrokerError(
            .notFound,
            "there is no queue \(queue)",
            remedy: "Run waystation topology apply; consuming starts by itself."
        )
    }
}
