internal import Broker
internal import Catalog
internal import Messages
internal import Orders

extension Simulation {
    private static let clockOffsetMillisecondsMax: Int64 = 12 * 3_600_000

    /// Lets something go wrong; false when nothing was there that it could harm.
    func inflict(_ kind: FaultKind) -> Bool {
        let hasEffect =
            switch kind {
            case .cut, .cutUnnoticedByBroker, .cutUnnoticedByClient: harmConnection(kind)
            case .confirmsLost, .confirmsLate: harmConfirms(kind)
            case .brokerDown, .refusing, .unroutable, .alarm: beginSpell(kind)
            case .duplicate, .reorder: disorder(kind)
            case .storeBusy, .storeFull, .commitUnknownLost, .commitUnknownKept, .crashBeforeCommit,
                .crashAfterCommit, .powerCut, .readsRefused:
                harmStore(kind)
            case .crash, .olderSnapshots: crash(losingSnapshots: kind == .olderSnapshots)
            case .drain: drain()
            case .stageStalls, .processStalls: stall(all: kind == .processStalls)
            case .slowDiskCutAndCrash: beginSlowDisk()
            case .clockForward: stepClock(byMilliseconds: 3_600_000)
            case .clockBack: stepClock(byMilliseconds: -3_600_000)
            case .repeatedAnswer: systems.repeatAnswer(random: &random)
            case .staleAnswer: systems.answerStale(random: &random)
            case .repeatedOrder: capture.repeatOrder(random: &random)
            }
        if hasEffect { faults.note(kind) }
        return hasEffect
    }

    private func harmConnection(_ kind: FaultKind) -> Bool {
        let channels = broker.liveChannels
        guard !channels.isEmpty else { return false }
        let channel = random.pick(channels).channel
        let now = clock.elapsedMilliseconds
        let later = now + Int64(random.pick([50, 2_000, 60_000]))
        return switch kind {
        case .cutUnnoticedByBroker: broker.cut(channel: channel, brokerNoticesAt: later)
        case .cutUnnoticedByClient: broker.cut(channel: channel, clientNoticesAt: later)
        default: broker.cut(channel: channel)
        }
    }

    private func harmConfirms(_ kind: FaultKind) -> Bool {
        let now = clock.elapsedMilliseconds
        if kind == .confirmsLost {
            _ = broker.loseNextConfirm(patienceEndsAt: now + 30_000)
        } else {
            _ = broker.holdNextConfirm(until: now + Int64(random.pick([50, 2_000, 25_000])))
        }
        // Counted when it is met.
        return false
    }

    private func beginSpell(_ kind: FaultKind) -> Bool {
        let until = clock.elapsedMilliseconds + Int64(random.pick([20, 500, 5_000, 40_000]))
        switch kind {
        case .brokerDown:
            broker.setDown(true)
            faults.begin(.brokerDown, until: until)
            return broker.cutAll()
        case .alarm:
            let hasEffect = broker.setAlarm(true)
            faults.begin(.alarm, until: until)
            return hasEffect
        default:
            let queue = random.pick(site.configuration.topology.queues).name
            broker.setMood(kind == .refusing ? .refusing : .unreachable, ofQueue: queue)
            faults.begin(.mood(queue: queue), until: until)
            // Counted when it is met.
            return false
        }
    }

    private func disorder(_ kind: FaultKind) -> Bool {
        let queues = site.configuration.topology.queues.map(\.name).filter {
            broker.count(inQueue: $0) > (kind == .reorder ? 1 : 0)
        }
        guard !queues.isEmpty else { return false }
        let queue = random.pick(queues)
        let index = random.between(0, broker.count(inQueue: queue) - 1)
        guard kind == .reorder else { return broker.repeatMessage(at: index, inQueue: queue) }
        return broker.swapMessages(at: index, inQueue: queue) { first, second in
            first.orderText != second.orderText
        }
    }

    private func harmStore(_ kind: FaultKind) -> Bool {
        let node = random.pick(nodes)
        guard node.isRunning, !node.disk.hasFaultPending else { return false }
        switch kind {
        case .storeBusy: node.disk.setNextFault(.busy)
        case .storeFull: node.disk.setNextFault(.full)
        case .commitUnknownLost: node.disk.setNextFault(.unknownLost)
        case .commitUnknownKept: node.disk.setNextFault(.unknownKept)
        case .crashBeforeCommit: node.disk.setNextFault(.crashBefore)
        case .crashAfterCommit: node.disk.setNextFault(.crashAfter)
        case .powerCut: node.disk.setNextFault(.powerCut)
        default: node.disk.refuseReads(random.between(1, 3))
        }
        // Counted when it is met.
        return false
    }

    private func crash(losingSnapshots: Bool) -> Bool {
        let index = random.between(0, nodes.count - 1)
        guard nodes[index].isRunning, !losingSnapshots || nodes[index].disk.hasSnapshots else { return false }
        crash(node: index)
        return !losingSnapshots || nodes[index].disk.loseNewestSnapshots()
    }

    /// As a service manager does: what is in hand is finished, and the process starts anew.
    private func drain() -> Bool {
        let running = nodes.filter(\.isRunning)
        guard !running.isEmpty else { return false }
        random.pick(running).stop()
        return true
    }

    private func stall(all: Bool) -> Bool {
        let running = nodes.filter(\.isRunning)
        guard !running.isEmpty else { return false }
        let until = clock.elapsedMilliseconds + Int64(random.pick([50, 500, 5_000]))
        let node = random.pick(running)
        if all {
            node.stall(until: until)
        } else {
            node.stall(stage: random.between(0, node.stageCount - 1), until: until)
        }
        return true
    }

    /// A commit takes long; its acknowledgements find another connection, and then memory is lost.
    private func beginSlowDisk() -> Bool {
        let running = nodes.filter(\.isRunning)
        guard !running.isEmpty else { return false }
        let node = random.pick(running)
        let now = clock.elapsedMilliseconds
        let end = now + Int64(random.between(300, 3_000))
        node.stallCommits(until: end)
        faults.begin(.cutConsumer(owner: node.owner), until: now + Int64(random.between(1, 250)))
        faults.begin(.crash(node: node.number), until: end + Int64(random.between(0, 25)))
        return true
    }

    /// Breaks the connection of one of a process's consumers, if it has any.
    func cutConsumer(ofOwner owner: Int) {
        let channels = broker.consumerChannels(ofOwner: owner)
        guard !channels.isEmpty else { return }
        _ = broker.cut(channel: random.pick(channels))
    }

    /// The process of a node ends between two steps, if there is one.
    func crash(node: Int) {
        guard nodes[node].isRunning else { return }
        nodes[node].end()
        scheduleStart(of: node)
    }

    /// Not so far away that what is remembered of messages would run out.
    private func stepClock(byMilliseconds more: Int64) -> Bool {
        guard abs(clock.offsetMilliseconds + more) <= Self.clockOffsetMillisecondsMax else { return false }
        clock.step(byMilliseconds: more)
        return true
    }

    /// Counts the faults that took effect only now, though they were made ready before.
    func countFaultsMet() {
        let confirms = broker.takeConfirmFaultsMet()
        for _ in 0..<confirms.lost { faults.note(.confirmsLost) }
        for _ in 0..<confirms.late { faults.note(.confirmsLate) }
        for mood in broker.takeMoodsMet() {
            switch mood {
            case .accepting: break
            case .refusing: faults.note(.refusing)
            case .unreachable: faults.note(.unroutable)
            }
        }
        for node in nodes {
            let met = node.disk.takeFaultsMet()
            if met.reads > 0 { faults.note(.readsRefused) }
            for fault in met.commits {
                let kind: FaultKind =
                    switch fault {
                    case .busy: .storeBusy
                    case .full: .storeFull
                    case .unknownLost: .commitUnknownLost
                    case .unknownKept: .commitUnknownKept
                    case .crashBefore: .crashBeforeCommit
                    case .crashAfter: .crashAfterCommit
                    case .powerCut: .powerCut
                    }
                faults.note(kind)
            }
        }
    }
}

extension Message {
    /// The order a message is about: what stands before the component in its correlation, or its key.
    var orderText: Substring {
        let text = properties.correlationID ?? properties.messageID ?? ""
        return text.prefix { $0 != "_" }
    }
}
