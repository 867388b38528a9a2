package import Broker

/// What a driver does to the broker from outside; each fault says whether it took effect.
extension SimulatedBroker {
    /// The channels that are connected, and the processes whose they are.
    package var liveChannels: [(channel: Int, owner: Int)] {
        withState { state in
            state.channels.filter { !$0.isCut && !$0.isClientGone }
                .map { ($0.id, state.owners[$0.link] ?? 0) }
        }
    }

    /// The connected channels of a process's consumers: those that hold deliveries, if any do.
    package func consumerChannels(ofOwner owner: Int) -> [Int] {
        withState { state in
            let connected = state.channels.filter {
                !$0.isCut && !$0.isClientGone && state.owners[$0.link] == owner
                    && state.consumers[$0.link] != nil
            }
            let holding = connected.filter { !$0.unsettled.isEmpty }
            return (holding.isEmpty ? connected : holding).map(\.id)
        }
    }

    /// Cuts a connection; client and broker notice at those moments or later.
    package func cut(channel: Int, clientNoticesAt: Int64 = 0, brokerNoticesAt: Int64 = 0) -> Bool {
        withState { state in
            guard let index = state.channelIndex(channel), !state.channels[index].isCut else { return false }
            let hasEffect = state.channels[index].hasSomethingToLose
            state.cut(channel: index)
            state.channels[index].clientNoticesAt = clientNoticesAt
            state.channels[index].brokerNoticesAt = brokerNoticesAt
            return hasEffect
        }
    }

    /// Cuts all connections at once.
    package func cutAll() -> Bool {
        var hasEffect = false
        for (channel, _) in liveChannels where cut(channel: channel) { hasEffect = true }
        return hasEffect
    }

    /// Nobody can connect while the broker is down.
    package func setDown(_ isDown: Bool) { withState { $0.isDown = isDown } }

    /// The next confirm that a publisher is owed never comes, and its client loses patience at that moment.
    package func loseNextConfirm(patienceEndsAt: Int64) -> Bool {
        setConfirmFault(.lost(patienceEndsAt: patienceEndsAt))
    }

    /// The next confirm that a publisher is owed, and those after it, come at that moment.
    package func holdNextConfirm(until moment: Int64) -> Bool { setConfirmFault(.late(until: moment)) }

    private func setConfirmFault(_ fault: Channel.ConfirmFault) -> Bool {
        withState { state in
            let candidates = state.channels.indices.filter {
                state.publishers[state.channels[$0].link] != nil && !state.channels[$0].isCut
                    && state.channels[$0].confirmFault == nil
            }
            guard !candidates.isEmpty else { return false }
            let index = candidates[Int.random(in: candidates.indices, using: &state.random)]
            state.channels[index].confirmFault = fault
            return true
        }
    }

    /// Confirms that were lost or late since the last call.
    package func takeConfirmFaultsMet() -> ConfirmFaultsMet {
        withState { state in
            defer { state.confirmFaultsMet = ConfirmFaultsMet() }
            return state.confirmFaultsMet
        }
    }

    /// An alarm: publishers are told, and nothing of theirs is taken; false when there was nobody to tell.
    @discardableResult
    package func setAlarm(_ isAlarmed: Bool) -> Bool {
        withState { state in
            guard state.isAlarmed != isAlarmed else { return false }
            state.isAlarmed = isAlarmed
            let told = state.channels.indices.filter {
                state.publishers[state.channels[$0].link] != nil && !state.channels[$0].isCut
            }
            for index in told { state.channels[index].toClient.append(isAlarmed ? .blocked : .unblocked) }
            return !told.isEmpty
        }
    }

    package func setMood(_ mood: QueueMood, ofQueue name: String) {
        withState { state in
            guard let index = state.routing.index(ofQueue: name) else { return }
            state.routing.withQueue(index) {
                $0.mood =
                    switch mood {
                    case .accepting: .accepting
                    case .refusing: .refusing
                    case .unreachable: .unreachable
                    }
            }
        }
    }

    /// What a queue does with publications.
    package enum QueueMood: Sendable, Hashable {
        case accepting
        /// Answers with a nack.
        case refusing
        /// Publications come back as unroutable.
        case unreachable
    }

    /// The moods that publications met for the first time since the last call.
    package func takeMoodsMet() -> [QueueMood] {
        withState { state in
            defer { state.moodsMet = [] }
            return state.moodsMet.map { mood in
                switch mood {
                case .accepting: .accepting
                case .refusing: .refusing
                case .unreachable: .unreachable
                }
            }
        }
    }

    /// Lets a waiting message appear a second time, at the end.
    package func repeatMessage(at index: Int, inQueue name: String) -> Bool {
        withQueue(name) { $0.repeat(at: index) } ?? false
    }

    /// Lets a waiting message and the one behind it change places, when `may` says so.
    package func swapMessages(
        at index: Int,
        inQueue name: String,
        when may: (Message, Message) -> Bool
    ) -> Bool {
        let pair = withQueue(name) { queue -> (Message, Message)? in
            guard let first = queue.message(at: index), let second = queue.message(at: index + 1) else {
                return nil
            }
            return (first, second)
        }
        guard case .some(.some(let (first, second))) = pair, may(first, second) else { return false }
        return withQueue(name) { $0.swap(at: index) } ?? false
    }

    // MARK: What happened

    /// Asks this one from now on whether clients may do what they do.
    func ask(_ witness: BrokerWitness) { withState { $0.witness = witness } }

    /// What clients did that they may not do; the first few.
    package var misdeeds: [String] { withState { $0.misdeeds } }

    package var circumstances: [Circumstance: Int] { withState { $0.circumstances } }

    // MARK: Who stands at the other ends

    /// Puts a message into a queue, as a sender does that waits for its confirm.
    package func put(_ message: Message, into name: String) {
        _ = withQueue(name) { $0.append(message, destination: .queue(name)) }
    }

    /// Takes the first message of a queue, as a receiver does that never fails.
    package func take(from name: String) -> Message? {
        withQueue(name) { $0.takeFirst()?.message } ?? nil
    }

    /// Where queues stand among all, for ``appendWaiting(among:to:)``; unknown ones are left out.
    package func places(ofQueues names: [String]) -> [Int] {
        withState { state in names.compactMap { state.routing.index(ofQueue: $0) } }
    }

    /// Appends the positions in `places` of queues that hold anything.
    package func appendWaiting(among places: [Int], to waiting: inout [Int]) {
        withState { state in
            for (position, place) in places.enumerated() where !state.routing.queues[place].isEmpty {
                waiting.append(position)
            }
        }
    }

    /// Messages that wait in a queue.
    package func count(inQueue name: String) -> Int { withQueue(name) { $0.count } ?? 0 }

    package func levels(of queues: [String]) -> [QueueLevel] {
        queues.map { QueueLevel(queue: $0, ready: withQueue($0) { $0.count }) }
    }

    /// Messages handed out to anybody and not settled.
    package var unsettledCount: Int {
        withState { $0.channels.reduce(0) { $0 + $1.unsettled.count } }
    }

    private func withQueue<Result: Sendable>(
        _ name: String,
        _ body: (inout SimulatedQueue) -> Result
    ) -> Result? {
        withState { state in
            state.routing.index(ofQueue: name).map { index in
                state.routing.withQueue(index, body)
            }
        }
    }
}
