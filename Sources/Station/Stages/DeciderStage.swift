internal import Broker
internal import Store

/// The second stage: decides what waits in groups, up to a bound ahead of the committer.
///
/// Groups are as large as what has arrived: one message on an idle station, a full group under load.
final class DeciderStage {
    let inbox = Mailbox<DeciderEvent>()
    private let engine: HopEngine
    private let committer: Mailbox<CommitterEvent>
    private let coordinator: Mailbox<CoordinatorEvent>
    private let inHand: InHand
    private let steadyClock: any SteadyClock
    private let number: Int
    private var killSwitch: KillSwitch
    private var isDraining = false
    private var urgent = WorkLine()
    private var waiting = WorkLine()
    /// Groups that were handed to the committer.
    private var inFlight: [GroupInFlight] = []
    private var itemsInFlight = 0
    private var generation = 0
    /// Epochs of links whose messages come again by themselves.
    private var lostEpochs: [Int: UInt64] = [:]
    /// The store could not be read: nothing is decided until what is in flight has come to its end.
    private var readFailure: StoreError?
    private var isResting = false
    private var hadTrouble = false
    private(set) var isStopped = false
    private let groupMax: Int
    private let itemsInFlightMax: Int

    /// How long an idle step waits at most.
    private static let idleWaitMilliseconds: Int64 = 500

    init(
        engine: HopEngine,
        committer: Mailbox<CommitterEvent>,
        coordinator: Mailbox<CoordinatorEvent>,
        inHand: InHand,
        steadyClock: any SteadyClock,
        number: Int,
        killSwitch: KillSwitch,
        groupMax: Int,
        itemsInFlightMax: Int
    ) {
        self.engine = engine
        self.committer = committer
        self.coordinator = coordinator
        self.inHand = inHand
        self.steadyClock = steadyClock
        self.number = number
        self.killSwitch = killSwitch
        self.groupMax = max(1, groupMax)
        self.itemsInFlightMax = max(1, itemsInFlightMax)
    }

    /// How long the next step may wait for something to happen.
    var waitMilliseconds: Int64 {
        if mayDecide, hasReadyWork { return 0 }
        guard mayDecide, let probe = nextProbe else { return Self.idleWaitMilliseconds }
        return min(Self.idleWaitMilliseconds, max(1, probe - steadyClock.milliseconds()))
    }

    /// When the first of the messages that are kept may be tried.
    private var nextProbe: Int64? {
        guard killSwitch.hasPaused else { return nil }
        let sources = Set((Array(urgent.elements) + waiting.elements).compactMap(\.source))
        return sources.compactMap { killSwitch.nextProbe(of: $0) }.min()
    }

    private var mayDecide: Bool { !isResting && readFailure == nil && itemsInFlight < itemsInFlightMax }

    /// Whether there is something that no pause holds back.
    private var hasReadyWork: Bool {
        guard killSwitch.hasPaused else { return !(urgent.isEmpty && waiting.isEmpty) }
        let now = steadyClock.milliseconds()
        return urgent.elements.contains { isReady($0, now: now) }
            || waiting.elements.contains { isReady($0, now: now) }
    }

    private func isReady(_ item: WorkItem, now: Int64) -> Bool {
        guard let source = item.source, let probe = killSwitch.nextProbe(of: source) else { return true }
        return probe <= now
    }

    /// Takes what has arrived and decides one group.
    ///
    /// - Returns: Whether anything was done.
    func step(waitingMilliseconds wait: Int64) -> Bool {
        let events = inbox.take(waitingMilliseconds: wait)
        for event in events { take(event) }
        if readFailure != nil { recoverFromReading() }
        guard mayDecide, hasReadyWork else { return !events.isEmpty }
        decideGroup()
        return true
    }

    private func take(_ event: DeciderEvent) {
        switch event {
        case .work(let items, let isUrgent):
            if isUrgent { urgent.append(items) } else { waiting.append(items) }
            if isDraining { letGo() }
        case .settled(let serial):
            engine.settle(serial)
            guard let position = inFlight.firstIndex(where: { $0.serial == serial }) else { return }
            let group = inFlight.remove(at: position)
            itemsInFlight -= group.items.count
            for change in group.changes { tell(change) }
        case .undone(let generation):
            self.generation = generation
            readFailure = nil
            takeBack()
            isResting = true
        case .lost(let link, let epoch):
            lostEpochs[link] = epoch
            dropLost()
        case .resume:
            isResting = false
            if urgent.isEmpty && waiting.isEmpty { noteIsWell() }
        case .drain:
            isDraining = true
            letGo()
        case .stop: isStopped = true
        }
    }

    private func decideGroup() {
        let next = nextGroup()
        let items = next.items
        do throws(StoreError) {
            var group = try engine.decide(items)
            group.generation = generation
            take(next)
            let changes = note(group.outcomes)
            inFlight.append(GroupInFlight(serial: group.serial, items: items, changes: changes))
            itemsInFlight += items.count
            committer.post(.group(group))
            noteIsWell()
        } catch {
            readFailure = error
            recoverFromReading()
        }
    }

    private func noteIsWell() {
        guard hadTrouble else { return }
        hadTrouble = false
        coordinator.post(.storeIsWell(.decider(number)))
    }

    /// A group that the committer has.
    private struct GroupInFlight {
        var serial: Int
        /// What it was made of.
        var items: [WorkItem]
        /// What it means for queues, to be told once it is committed.
        var changes: [KillSwitch.Change]
    }

    /// The next group, and what of both lines stays behind.
    private struct NextGroup {
        var items: [WorkItem]
        var left: Left

        enum Left {
            /// All but so many at the front of each.
            case rest(fromUrgent: Int, fromWaiting: Int)
            case items(urgent: [WorkItem], waiting: [WorkItem])
        }
    }

    private func take(_ next: NextGroup) {
        switch next.left {
        case .rest(let fromUrgent, let fromWaiting):
            urgent.removeFirst(fromUrgent)
            waiting.removeFirst(fromWaiting)
        case .items(let urgentLeft, let waitingLeft):
            urgent = WorkLine(urgentLeft)
            waiting = WorkLine(waitingLeft)
        }
    }

    /// The items of the next group, urgent ones first.
    private func nextGroup() -> NextGroup {
        guard killSwitch.hasPaused else {
            let groupMax = min(groupMax, killSwitch.messagesMax)
            let fromUrgent = min(urgent.count, groupMax)
            let fromWaiting = min(waiting.count, groupMax - fromUrgent)
            return NextGroup(
                items: Array(urgent.elements.prefix(fromUrgent)) + waiting.elements.prefix(fromWaiting),
                left: .rest(fromUrgent: fromUrgent, fromWaiting: fromWaiting)
            )
        }
        let now = steadyClock.milliseconds()
        var items: [WorkItem] = []
        var tried: Set<MessageSource> = []
        func takes(_ item: WorkItem) -> Bool {
            guard items.count < groupMax, isReady(item, now: now) else { return false }
            if let source = item.source, killSwitch.nextProbe(of: source) != nil {
                guard tried.insert(source).inserted else { return false }
            }
            items.append(item)
            return true
        }
        let urgentLeft = urgent.elements.filter { !takes($0) }
        let waitingLeft = waiting.elements.filter { !takes($0) }
        return NextGroup(items: items, left: .items(urgent: urgentLeft, waiting: waitingLeft))
    }

    private func note(_ outcomes: [MessageOutcome]) -> [KillSwitch.Change] {
        let now = steadyClock.milliseconds()
        let changes = outcomes.compactMap { killSwitch.note($0, now: now) }
        if !changes.isEmpty, isDraining { letGo() }
        return changes
    }

    /// After the commit: links are then made anew, and what is not acknowledged before comes again.
    private func tell(_ change: KillSwitch.Change) {
        switch change {
        case .paused(let source, let code, let count):
            coordinator.post(.paused(decider: number, source, code, count: count))
        case .goesOn(let source): coordinator.post(.goesOn(decider: number, source))
        }
    }

    /// What is kept of paused queues is not decided any more: it returns to its queue when the links close.
    private func letGo() {
        drop { [killSwitch] item in
            item.source.map { killSwitch.nextProbe(of: $0) != nil } ?? false
        }
    }

    /// Once nothing is in flight any more, memory is given up and the store left alone for a while.
    private func recoverFromReading() {
        guard let failure = readFailure, inFlight.isEmpty else { return }
        engine.forget()
        readFailure = nil
        isResting = true
        hadTrouble = true
        coordinator.post(.storeTrouble(failure, of: .decider(number), newestOutboxID: nil))
    }

    /// What was decided in vain is decided again, in the old order, and before all that came later, urgent or not.
    private func takeBack() {
        engine.forget()
        urgent.prepend(inFlight.flatMap(\.items))
        for change in inFlight.flatMap(\.changes) { tell(change) }
        inFlight.removeAll()
        itemsInFlight = 0
        dropLost()
        if isDraining { letGo() }
    }

    /// What is not begun and comes again by itself is not begun twice.
    private func dropLost() {
        drop { [lostEpochs] item in
            guard case .message(let message) = item, let epoch = lostEpochs[message.inbound.link] else {
                return false
            }
            return message.inbound.delivery.tag.epoch <= epoch
        }
    }

    private func drop(_ isGone: (WorkItem) -> Bool) {
        let before = urgent.count + waiting.count
        urgent.removeAll(where: isGone)
        waiting.removeAll(where: isGone)
        inHand.remove(before - urgent.count - waiting.count)
    }
}

extension WorkItem {
    /// Where the message comes from that it is.
    fileprivate var source: MessageSource? {
        guard case .message(let message) = self else { return nil }
        return MessageSource(message.inbound)
    }
}
