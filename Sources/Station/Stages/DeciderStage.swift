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
    private var urgent: [WorkItem] = []
    private var waiting: [WorkItem] = []
    /// Groups that were handed to the committer, with what they were made of.
    private var inFlight: [(serial: Int, items: [WorkItem])] = []
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
        groupMax: Int,
        itemsInFlightMax: Int
    ) {
        self.engine = engine
        self.committer = committer
        self.coordinator = coordinator
        self.inHand = inHand
        self.groupMax = max(1, groupMax)
        self.itemsInFlightMax = max(1, itemsInFlightMax)
    }

    /// How long the next step may wait for something to happen.
    var waitMilliseconds: Int64 { canDecide ? 0 : Self.idleWaitMilliseconds }

    private var canDecide: Bool {
        !isResting && readFailure == nil && itemsInFlight < itemsInFlightMax
            && !(urgent.isEmpty && waiting.isEmpty)
    }

    /// Takes what has arrived and decides one group.
    ///
    /// - Returns: Whether anything was done.
    func step(waitingMilliseconds wait: Int64) -> Bool {
        let events = inbox.take(waitingMilliseconds: wait)
        for event in events { take(event) }
        if readFailure != nil { recoverFromReading() }
        guard canDecide else { return !events.isEmpty }
        decideGroup()
        return true
    }

    private func take(_ event: DeciderEvent) {
        switch event {
        case .work(let items, let isUrgent):
            if isUrgent { urgent += items } else { waiting += items }
        case .settled(let serial):
            engine.settle(serial)
            guard let position = inFlight.firstIndex(where: { $0.serial == serial }) else { return }
            itemsInFlight -= inFlight.remove(at: position).items.count
        case .undone(let generation):
            self.generation = generation
            readFailure = nil
            takeBack()
            isResting = true
            hadTrouble = true
        case .lost(let link, let epoch):
            lostEpochs[link] = epoch
            dropLost()
        case .resume: isResting = false
        case .stop: isStopped = true
        }
    }

    private func decideGroup() {
        let fromUrgent = min(urgent.count, groupMax)
        let fromWaiting = min(waiting.count, groupMax - fromUrgent)
        let items = Array(urgent.prefix(fromUrgent) + waiting.prefix(fromWaiting))
        do throws(StoreError) {
            var group = try engine.decide(items)
            group.generation = generation
            urgent.removeFirst(fromUrgent)
            waiting.removeFirst(fromWaiting)
            inFlight.append((group.serial, items))
            itemsInFlight += items.count
            committer.post(.group(group))
            if hadTrouble {
                hadTrouble = false
                coordinator.post(.storeIsWell)
            }
        } catch {
            readFailure = error
            recoverFromReading()
        }
    }

    /// Once nothing is in flight any more, memory is given up and the store left alone for a while.
    private func recoverFromReading() {
        guard let failure = readFailure, inFlight.isEmpty else { return }
        engine.forget()
        readFailure = nil
        isResting = true
        hadTrouble = true
        coordinator.post(.storeTrouble(failure, newestOutboxID: nil))
    }

    /// What was decided in vain is decided again, in the old order.
    private func takeBack() {
        engine.forget()
        waiting = inFlight.flatMap(\.items) + waiting
        inFlight.removeAll()
        itemsInFlight = 0
        dropLost()
    }

    /// What is not begun and comes again by itself is not begun twice.
    private func dropLost() {
        var dropped = 0
        let isGone = { [lostEpochs] (item: WorkItem) in
            guard case .message(let message) = item, let epoch = lostEpochs[message.inbound.link],
                message.inbound.delivery.tag.epoch <= epoch
            else { return false }
            dropped += 1
            return true
        }
        urgent.removeAll(where: isGone)
        waiting.removeAll(where: isGone)
        inHand.remove(dropped)
    }
}
