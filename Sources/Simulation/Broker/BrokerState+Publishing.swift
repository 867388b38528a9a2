internal import Broker

extension BrokerState {
    /// The thread of a publisher link takes one turn.
    mutating func turn(publisher link: Int, now: Int64, _ notices: inout [Notice]) {
        guard var side = publishers[link] else { return }
        publishers[link] = nil
        defer { if owners[link] != nil { publishers[link] = side } }
        let handler = side.handler
        func tell(_ event: PublisherEvent) { notices.append(.publisher(handler, event)) }

        if isLost(side.channel, now: now) || side.patienceEndsAt <= now {
            lose(&side, link: link, now: now, tell)
            return
        }
        let commands = side.commands
        side.commands = []
        for command in commands {
            switch command {
            case .publish(let publications, let wanted) where (wanted ?? side.epoch) == side.epoch:
                send(publications, &side, now: now, tell)
            case .publish: break
            case .close(let seconds):
                switch side.phase {
                case .waiting: side.phase = .closing(until: now)
                case .connected: side.phase = .closing(until: now + Int64(seconds * 1_000))
                case .closing, .closed: break
                }
            }
        }
        switch side.phase {
        case .closing(let until) where side.window.isEmpty || until <= now:
            dropChannel(side.channel)
            tell(.closed(error: nil))
            removeLink(link)
        case .waiting(let retryAt) where retryAt <= now: connect(&side, link: link, now: now, tell)
        case .waiting, .connected, .closing, .closed: break
        }
    }

    private mutating func send(
        _ publications: [Publication],
        _ side: inout PublisherSide,
        now: Int64,
        _ tell: (PublisherEvent) -> Void
    ) {
        guard case .connected = side.phase, let index = channelIndex(side.channel) else { return }
        for publication in publications {
            if let reason = Self.impossible(publication) {
                tell(.returned(id: publication.id, code: 311, text: reason))
            } else if side.window.append(publication), !channels[index].isCut {
                channels[index].toBroker.append(.publish(publication))
            }
        }
    }

    /// Why no AMQP broker could carry it; `nil` when one can.
    private static func impossible(_ publication: Publication) -> String? {
        let properties = publication.message.properties
        let texts = [
            publication.destination.exchange, publication.destination.routingKey, properties.contentType,
            properties.correlationID, properties.messageID, properties.type, properties.replyTo,
        ]
        let isTooLong = texts.contains { ($0?.utf8.count ?? 0) > TopologyComparison.nameBytesMax }
        return isTooLong ? "a property is longer than \(TopologyComparison.nameBytesMax) bytes" : nil
    }

    private mutating func lose(
        _ side: inout PublisherSide,
        link: Int,
        now: Int64,
        _ tell: (PublisherEvent) -> Void
    ) {
        let isImpatient = side.patienceEndsAt <= now
        dropChannel(side.channel)
        side.channel = nil
        side.patienceEndsAt = .max
        side.window = ConfirmWindow()
        // What its owner asked for before it knew of the loss is dropped with the connection.
        side.commands.removeAll { if case .publish = $0 { true } else { false } }
        if case .closing = side.phase {
            tell(.closed(error: nil))
            removeLink(link)
            return
        }
        let error =
            isImpatient
            ? BrokerError(
                .confirmTimeout,
                "confirms stayed away",
                remedy: "The messages are published anew.",
                mayHaveHappened: true
            ) : Self.connectionLost
        retry(&side, error, now: now, tell)
    }

    private mutating func retry(
        _ side: inout PublisherSide,
        _ error: BrokerError,
        now: Int64,
        _ tell: (PublisherEvent) -> Void
    ) {
        let seconds = side.backoff.next(using: &random)
        side.phase = .waiting(retryAt: now + Int64(seconds * 1_000))
        tell(.lost(epoch: side.epoch, error: error, retryInSeconds: seconds))
    }

    private mutating func connect(
        _ side: inout PublisherSide,
        link: Int,
        now: Int64,
        _ tell: (PublisherEvent) -> Void
    ) {
        if isDown { return retry(&side, Self.unreachable, now: now, tell) }
        let index = addChannel(link: link)
        side.channel = channels[index].id
        side.epoch += 1
        side.window = ConfirmWindow()
        side.backoff.reset()
        side.phase = .connected
        if isAlarmed { channels[index].toClient.append(.blocked) }
        tell(.connected(epoch: side.epoch))
    }

    /// A publisher takes frames; confirms that have arrived together come as one event.
    mutating func receive(publisher link: Int, channel index: Int, count: Int, _ notices: inout [Notice]) {
        guard var side = publishers[link] else { return }
        publishers[link] = nil
        defer { if owners[link] != nil { publishers[link] = side } }
        let handler = side.handler
        var confirmed: [Int64] = []
        func tell(_ event: PublisherEvent) {
            if !confirmed.isEmpty { notices.append(.publisher(handler, .confirmed(ids: confirmed))) }
            confirmed = []
            notices.append(.publisher(handler, event))
        }
        for _ in 0..<count {
            guard let frame = channels[index].toClient.takeFirst() else { break }
            switch frame {
            case .confirm(let tag, let isMultiple):
                _ = side.window.answer(tag: tag, multiple: isMultiple, into: &confirmed)
            case .refusal(let tag):
                var refused: [Int64] = []
                _ = side.window.answer(tag: tag, multiple: false, into: &refused)
                if !refused.isEmpty { tell(.refused(ids: refused)) }
            case .comeback(let publication, let code, let text):
                let id = side.window.markReturned {
                    $0.destination == publication.destination
                        && $0.message.properties.messageID == publication.message.properties.messageID
                }
                if let id { tell(.returned(id: id, code: code, text: text)) }
            case .blocked: tell(.blocked(reason: "an alarm"))
            case .unblocked: tell(.unblocked)
            case .delivery, .cancelled, .closed: continue
            }
        }
        if !confirmed.isEmpty { notices.append(.publisher(handler, .confirmed(ids: confirmed))) }
    }
}
