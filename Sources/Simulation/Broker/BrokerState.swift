internal import Broker

/// All that the simulated broker and its clients' threads know.
struct BrokerState {
    var routing = Routing()
    /// By number; a link that was abandoned is closed.
    var consumers: [Int: ConsumerSide] = [:]
    var publishers: [Int: PublisherSide] = [:]
    /// The numbers of all open links, ascending.
    var links: [Int] = []
    /// Which process opened a link.
    var owners: [Int: Int] = [:]
    var channels: [Channel] = []
    var isAlarmed = false
    /// Confirms that were lost or late since somebody asked.
    var confirmFaultsMet = ConfirmFaultsMet()
    /// Moods that publications met for the first time since somebody asked.
    var moodsMet: [SimulatedQueue.Mood] = []
    /// Messages that were refused or came back at some time.
    var refusedMessages: Set<String> = []
    /// What has happened so far, and how often.
    var circumstances: [Circumstance: Int] = [:]
    var witness: BrokerWitness?
    /// What clients did that they may not do.
    private(set) var misdeeds: [String] = []
    /// Nobody can connect.
    var isDown = false
    var random: SeededGenerator
    var firstRetrySeconds: Double
    private var nextLink = 0
    private var nextChannel = 0

    /// More are of no help.
    private static let misdeedsMax = 5

    init(seed: UInt64, firstRetrySeconds: Double) {
        random = SeededGenerator(seed: seed)
        self.firstRetrySeconds = firstRetrySeconds
    }

    mutating func addLink(owner: Int) -> Int {
        nextLink += 1
        links.append(nextLink)
        owners[nextLink] = owner
        return nextLink
    }

    mutating func removeLink(_ link: Int) {
        consumers[link] = nil
        publishers[link] = nil
        owners[link] = nil
        links.removeAll { $0 == link }
    }

    mutating func addChannel(link: Int) -> Int {
        nextChannel += 1
        channels.append(Channel(id: nextChannel, link: link))
        return channels.count - 1
    }

    func channelIndex(_ id: Int?) -> Int? {
        guard let id else { return nil }
        return channels.firstIndex { $0.id == id }
    }

    /// The client drops its connection; the broker notices when its move comes.
    mutating func dropChannel(_ id: Int?) {
        guard let index = channelIndex(id) else { return }
        channels[index].isClientGone = true
        cut(channel: index)
        if channels[index].isNoticed { channels.remove(at: index) }
    }

    /// Whatever was on its way is lost.
    mutating func cut(channel index: Int) {
        guard !channels[index].isCut else { return }
        noteLosses(channels[index])
        channels[index].isCut = true
        channels[index].toBroker.removeAll()
        channels[index].toClient.removeAll()
    }

    // MARK: What is told afterward

    mutating func meet(_ circumstance: Circumstance, times: Int = 1) {
        if times > 0 { circumstances[circumstance, default: 0] += times }
    }

    mutating func note(misdeed: String?) {
        if let misdeed, misdeeds.count < Self.misdeedsMax { misdeeds.append(misdeed) }
    }

    mutating func meetMood(ofQueue index: Int) {
        guard !routing.queues[index].isMoodMet else { return }
        routing.withQueue(index) { $0.isMoodMet = true }
        moodsMet.append(routing.queues[index].mood)
    }

    /// At which frames a connection is cut.
    private mutating func noteLosses(_ channel: Channel) {
        if channel.toBroker.contains(where: { if case .settle = $0 { true } else { false } }) {
            meet(.lostAcknowledgement)
        }
        if channel.toBroker.contains(where: { if case .publish = $0 { true } else { false } }) {
            meet(.lostPublication)
        }
        for kind in [Circumstance.lostDelivery, .lostConfirm, .lostRefusal, .lostReturn]
        where channel.toClient.contains(where: { $0.loss == kind }) {
            meet(kind)
        }
    }
}

/// Something of the broker or of a link's thread that can happen next.
package enum BrokerMove: Sendable, Hashable {
    /// The thread that owns a link looks at what it was told, or connects.
    case client(link: Int)
    /// The broker takes frames of a channel.
    case toBroker(channel: Int)
    /// The broker hands out messages, or confirms.
    case serve(channel: Int)
    /// A client takes frames of its channel.
    case toClient(channel: Int)
    /// The broker notices that a client is gone: what was not settled returns to its queue.
    case notice(channel: Int)
}

extension BrokerState {
    /// Whether a channel's broker has something to hand out or to confirm.
    private func canServe(channel index: Int, now: Int64) -> Bool {
        guard channels[index].unconfirmed.isEmpty else {
            return channels[index].confirmsHeldUntil <= now && !isAlarmed
        }
        guard channels[index].isConsuming else { return false }
        for queue in channels[index].queues where !routing.queues[queue].isEmpty {
            if channels[index].unsettledCount(ofQueue: queue) < channels[index].prefetch(ofQueue: queue) {
                return true
            }
        }
        return false
    }

    private func canReceive(channel index: Int) -> Bool {
        guard !channels[index].toClient.isEmpty, !channels[index].isClientGone else { return false }
        return consumers[channels[index].link]?.isFull != true
    }

    /// A publisher is not read while there is an alarm.
    private func canTake(channel index: Int) -> Bool {
        guard !channels[index].toBroker.isEmpty else { return false }
        return !isAlarmed || publishers[channels[index].link] == nil
    }

    func moves(now: Int64, into moves: inout [BrokerMove]) {
        for link in links {
            if let consumer = consumers[link] {
                if consumer.isAwake(at: now) || isLost(consumer.channel, now: now) {
                    moves.append(.client(link: link))
                }
            } else if let publisher = publishers[link] {
                if publisher.isAwake(at: now) || isLost(publisher.channel, now: now) {
                    moves.append(.client(link: link))
                }
            }
        }
        // By their places, as a copy of each at each step costs more than all the rest.
        for index in channels.indices {
            let id = channels[index].id
            if channels[index].isCut {
                if !channels[index].isNoticed, channels[index].brokerNoticesAt <= now {
                    moves.append(.notice(channel: id))
                }
                continue
            }
            if canTake(channel: index) { moves.append(.toBroker(channel: id)) }
            if canServe(channel: index, now: now) { moves.append(.serve(channel: id)) }
            if canReceive(channel: index) {
                moves.append(.toClient(channel: id))
            }
        }
    }

    /// Whether a client's connection is cut and the client notices now.
    func isLost(_ id: Int?, now: Int64) -> Bool {
        guard let index = channelIndex(id) else { return false }
        return channels[index].isCut && channels[index].clientNoticesAt <= now
    }

    /// The next moment after `now` at which something can happen that cannot happen yet.
    func nextMoment(after now: Int64) -> Int64? {
        var next: Int64?
        func note(_ moment: Int64) {
            if moment > now, moment < .max { next = min(next ?? moment, moment) }
        }
        for link in links {
            if case .waiting(let retryAt) = consumers[link]?.phase { note(retryAt) }
            guard let publisher = publishers[link] else { continue }
            note(publisher.patienceEndsAt)
            switch publisher.phase {
            case .waiting(let retryAt): note(retryAt)
            case .closing(let until): note(until)
            case .connected, .closed: break
            }
        }
        for channel in channels {
            if channel.isCut {
                if !channel.isNoticed { note(channel.brokerNoticesAt) }
                if !channel.isClientGone { note(channel.clientNoticesAt) }
            } else if !channel.unconfirmed.isEmpty {
                note(channel.confirmsHeldUntil)
            }
        }
        return next
    }
}
