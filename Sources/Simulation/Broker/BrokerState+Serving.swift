internal import Broker

/// What the broker itself does.
extension BrokerState {
    /// Takes frames that a client has sent.
    mutating func takeFrames(channel index: Int, count: Int, now: Int64) {
        for _ in 0..<count {
            guard let frame = channels[index].toBroker.takeFirst() else { return }
            switch frame {
            case .settle(let settlement): settle(settlement, channel: index, now: now)
            case .cancel:
                channels[index].isConsuming = false
                channels[index].toClient.append(.cancelled)
            case .publish(let publication): take(publication, channel: index)
            case .close:
                channels[index].isConsuming = false
                takeBack(channel: index)
                channels[index].toClient.append(.closed)
                if channels[index].isClientGone { channels[index].isCut = true }
            }
        }
    }

    private mutating func settle(
        _ settlement: DeliveryLedger.Settlement,
        channel index: Int,
        now: Int64
    ) {
        let tag =
            switch settlement {
            case .acknowledge(let tag, _), .reject(let tag): tag
            }
        guard let at = channels[index].unsettled.firstIndex(where: { $0.tag == tag }) else {
            return refuse(unknownTag: tag, channel: index)
        }
        switch settlement {
        case .acknowledge(_, let isMultiple):
            let first = isMultiple ? 0 : at
            for unsettled in channels[index].unsettled[first...at] {
                let queue = routing.queues[unsettled.queue].name
                note(misdeed: witness?.acknowledged(unsettled.message.message, queue))
            }
            channels[index].unsettled.removeSubrange(first...at)
        case .reject: bury(channels[index].unsettled.remove(at: at), now: now)
        }
    }

    /// As brokers do with a client that settles what it does not hold: the channel is closed, and with it the connection.
    private mutating func refuse(unknownTag tag: UInt64, channel index: Int) {
        note(misdeed: "delivery tag \(tag) was settled, and is not outstanding")
        channels[index].error = BrokerError(
            .preconditionFailed,
            "PRECONDITION_FAILED: unknown delivery tag \(tag)",
            remedy: "This is a mistake of the program."
        )
        cut(channel: index)
    }

    /// To where the queue's dead letters go, or nowhere.
    private mutating func bury(_ unsettled: Channel.Unsettled, now: Int64) {
        let declaration = routing.queues[unsettled.queue].declaration
        guard let destination = declaration.deadLetter, case .queues(let ways) = routing.way(to: destination)
        else { return }
        var message = unsettled.message.message
        let death = Death(
            queue: declaration.name,
            exchange: unsettled.message.destination.exchange,
            routingKey: unsettled.message.destination.routingKey,
            reason: "rejected",
            seconds: UInt64(max(0, now / 1_000))
        )
        message.properties.headers = death.recorded(in: message.properties.headers)
        for queue in ways {
            routing.withQueue(queue) { $0.append(message, destination: destination) }
        }
    }

    /// Decides a publication: kept, refused, or given back.
    private mutating func take(_ publication: Publication, channel index: Int) {
        channels[index].publishedTag += 1
        let tag = channels[index].publishedTag
        if let owner = owners[channels[index].link] { note(misdeed: witness?.published(publication, owner)) }
        switch routing.way(to: publication.destination) {
        case .noExchange:
            meet(.returned)
            channels[index].toClient.append(.comeback(publication, code: 404, text: "NOT_FOUND"))
        case .queues(let ways):
            let reachable = ways.filter { routing.queues[$0].mood != .unreachable }
            for queue in ways where routing.queues[queue].mood != .accepting { meetMood(ofQueue: queue) }
            if reachable.isEmpty {
                noteRefused(publication)
                meet(.returned)
                channels[index].toClient.append(.comeback(publication, code: 312, text: "NO_ROUTE"))
            } else if reachable.contains(where: { routing.queues[$0].mood == .refusing }) {
                noteRefused(publication)
                meet(.refused)
                channels[index].toClient.append(.refusal(tag: tag))
                return
            } else {
                for queue in reachable {
                    routing.withQueue(queue) {
                        $0.append(publication.message, destination: publication.destination)
                    }
                }
            }
        }
        channels[index].unconfirmed.append(tag)
        guard let fault = channels[index].confirmFault else { return }
        channels[index].confirmFault = nil
        switch fault {
        case .late(let until):
            confirmFaultsMet.late += 1
            channels[index].confirmsHeldUntil = until
        case .lost(let patienceEndsAt):
            confirmFaultsMet.lost += 1
            channels[index].unconfirmed.removeLast()
            publishers[channels[index].link]?.patienceEndsAt = patienceEndsAt
        }
    }

    private mutating func noteRefused(_ publication: Publication) {
        if let id = publication.message.properties.messageID { refusedMessages.insert(id) }
    }

    /// Hands out messages as far as the prefetch allows, or confirms in whatever way brokers do.
    mutating func serve(channel index: Int, count: Int) {
        if !channels[index].unconfirmed.isEmpty { return confirm(channel: index, count: count) }
        guard channels[index].isConsuming else { return }
        var left = count
        for queue in channels[index].queues {
            var room =
                channels[index].prefetch(ofQueue: queue) - channels[index].unsettledCount(ofQueue: queue)
            while left > 0, room > 0, let message = routing.withQueue(queue, { $0.takeFirst() }) {
                left -= 1
                room -= 1
                if message.isRedelivered { meet(.redelivered) }
                if let holder = message.lastHolder, holder != channels[index].link, owners[holder] != nil {
                    meet(.withTwoWorkers)
                }
                channels[index].lastTag += 1
                let tag = channels[index].lastTag
                channels[index].unsettled.append(
                    Channel.Unsettled(tag: tag, queue: queue, message: message)
                )
                channels[index].toClient.append(
                    .delivery(
                        tag: tag,
                        queue: routing.queues[queue].name,
                        message: message.message,
                        isRedelivered: message.isRedelivered
                    )
                )
            }
        }
    }

    /// One at a time, in any order, or all up to one.
    private mutating func confirm(channel index: Int, count: Int) {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            let last = min(count, channels[index].unconfirmed.count) - 1
            let tag = channels[index].unconfirmed[last]
            if last > 0 { meet(.confirmOfSeveral) }
            channels[index].unconfirmed.removeFirst(last + 1)
            channels[index].toClient.append(.confirm(tag: tag, isMultiple: true))
        case 1:
            for _ in 0..<min(count, channels[index].unconfirmed.count) {
                let at = Int.random(in: channels[index].unconfirmed.indices, using: &random)
                if at > 0 { meet(.confirmOutOfOrder) }
                let tag = channels[index].unconfirmed.remove(at: at)
                channels[index].toClient.append(.confirm(tag: tag, isMultiple: false))
            }
        default:
            for _ in 0..<min(count, channels[index].unconfirmed.count) {
                let tag = channels[index].unconfirmed.removeFirst()
                channels[index].toClient.append(.confirm(tag: tag, isMultiple: false))
            }
        }
    }

    /// The broker has noticed that a client is gone.
    mutating func notice(channel index: Int) {
        takeBack(channel: index)
        channels[index].isNoticed = true
        if channels[index].isClientGone { channels.remove(at: index) }
    }

    private mutating func takeBack(channel index: Int) {
        let unsettled = channels[index].unsettled
        channels[index].unsettled = []
        let (link, arrivedTag) = (channels[index].link, channels[index].arrivedTag)
        for queue in Set(unsettled.map(\.queue)).sorted() {
            let messages = unsettled.filter { $0.queue == queue }.map { unsettled in
                var message = unsettled.message
                message.lastHolder = unsettled.tag <= arrivedTag ? link : nil
                return message
            }
            routing.withQueue(queue) { $0.takeBack(messages) }
        }
    }
}
