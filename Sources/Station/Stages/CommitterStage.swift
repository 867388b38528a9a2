internal import Broker
internal import Orders
internal import Store

/// The third stage: commits what the deciders have decided, all that waits at a time.
///
/// While one sync runs, the next groups gather: the slower the disk, the larger the groups.
final class CommitterStage {
    let inbox: Mailbox<CommitterEvent>
    private let committer: Committer
    private let store: any Store
    private let deciders: [Mailbox<DeciderEvent>]
    private let coordinator: Mailbox<CoordinatorEvent>
    private let clock: any WallClock
    private var waiting: [DecidedGroup] = []
    private var confirmed: [Int64] = []
    /// Groups of an older generation are void, by decider.
    private var generations: [Int]
    private var isResting = false
    private var hadTrouble = false
    private var isFinishing = false
    private var lastAttemptsLeft = CommitterStage.lastAttempts
    private(set) var isFinished = false
    private var retention: RetentionDuty
    private var removal = RemovalTally()
    private var flows: FlowRecorder
    private let steadyClock: any SteadyClock
    private let hopsMax: Int

    /// Confirmed rows are removed with the next group; by themselves when there are this many, or nothing else is to do.
    private static let confirmedRowsMax = 2_048
    private static let idleWaitMilliseconds: Int64 = 500
    /// How often a station that ends tries to remove the last confirmed rows, and how long it waits in between.
    private static let lastAttempts = 4
    private static let lastAttemptPauseMilliseconds: Int64 = 200
    private static let shortWaitMilliseconds: Int64 = 20

    init(
        inbox: Mailbox<CommitterEvent>,
        committer: Committer,
        store: any Store,
        deciders: [Mailbox<DeciderEvent>],
        coordinator: Mailbox<CoordinatorEvent>,
        clock: any WallClock,
        steadyClock: any SteadyClock,
        retention: RetentionDuty,
        flows: FlowRecorder,
        hopsMax: Int
    ) {
        self.steadyClock = steadyClock
        self.flows = flows
        self.inbox = inbox
        self.committer = committer
        self.store = store
        self.deciders = deciders
        self.coordinator = coordinator
        self.clock = clock
        self.retention = retention
        self.hopsMax = max(1, hopsMax)
        generations = deciders.map { _ in 0 }
    }

    /// How long the next step may wait for something to happen.
    var waitMilliseconds: Int64 {
        if isFinishing { return lastAttemptsLeft < Self.lastAttempts ? Self.lastAttemptPauseMilliseconds : 0 }
        if isResting { return Self.idleWaitMilliseconds }
        if !waiting.isEmpty { return 0 }
        let isIdle = confirmed.isEmpty && !retention.isUnderWay
        return isIdle ? Self.idleWaitMilliseconds : Self.shortWaitMilliseconds
    }

    /// Takes what has arrived and commits it; in a quiet moment looks after the store.
    ///
    /// - Returns: Whether anything was done.
    func step(waitingMilliseconds wait: Int64) -> Bool {
        let events = inbox.take(waitingMilliseconds: wait)
        for event in events { take(event) }
        if isFinishing { return finish() }
        guard !isResting else { return !events.isEmpty }
        let isQuiet = events.isEmpty && waiting.isEmpty
        var didCommit = false
        if !waiting.isEmpty || confirmed.count >= Self.confirmedRowsMax || (isQuiet && !confirmed.isEmpty) {
            commitWaiting()
            didCommit = true
        }
        let didRemove = !isResting && lookAfterStore(isQuiet: isQuiet)
        return didCommit || didRemove || !events.isEmpty
    }

    private func take(_ event: CommitterEvent) {
        switch event {
        case .group(let group):
            if group.generation == generations[group.decider] { waiting.append(group) }
        case .confirmed(let ids): confirmed += ids
        case .resume: isResting = false
        case .finish: isFinishing = true
        }
    }

    private func commitWaiting() {
        let groups = takeWaiting()
        do throws(StoreError) {
            let (accepted, refused) = try separate(groups)
            let result = try committer.commit(accepted, confirmedOutbox: confirmed)
            confirmed.removeAll(keepingCapacity: true)
            // The coordinator first: acknowledging and publishing is what others wait for.
            coordinator.post(.committed(result))
            for group in accepted { deciders[group.decider].post(.settled(serial: group.serial)) }
            count(accepted)
            for decider in refused {
                void(decider)
                deciders[decider].post(.resume)
            }
            noteIsWell()
        } catch {
            for decider in deciders.indices { void(decider) }
            report(error)
        }
    }

    private func count(_ groups: [DecidedGroup]) {
        let moment = steadyClock.microseconds()
        let now = clock.now()
        for group in groups {
            flows.record(group.measures, at: moment, now: now)
            let newOrders = group.changes.journal.count { $0.sequence == 1 }
            retention.noteArrived(messages: group.changes.inbox.count, orders: newOrders)
        }
    }

    /// As many groups as one commit takes, in order of arrival.
    private func takeWaiting() -> [DecidedGroup] {
        var count = 0
        var hops = 0
        while count < waiting.count, count == 0 || hops + waiting[count].hops <= hopsMax {
            hops += waiting[count].hops
            count += 1
        }
        defer { waiting.removeFirst(count) }
        return Array(waiting.prefix(count))
    }

    /// Groups of several deciders may hold the same message id, which each of them took for new: the later one is
    /// decided again, and finds the earlier one in the store.
    private func separate(
        _ groups: [DecidedGroup]
    ) throws(StoreError) -> (accepted: [DecidedGroup], refused: Set<Int>) {
        guard deciders.count > 1 else { return (groups, []) }
        var seen: Set<InboxKey> = []
        var accepted: [DecidedGroup] = []
        var refused: Set<Int> = []
        for group in groups where !refused.contains(group.decider) {
            let keys = group.changes.inbox.map { InboxKey(role: $0.role, messageID: $0.messageID) }
            var isNew = true
            for key in keys where isNew {
                let known = try store.inboxRecord(role: key.role, messageID: key.messageID)
                isNew = known == nil && !seen.contains(key)
            }
            if isNew {
                seen.formUnion(keys)
                accepted.append(group)
            } else {
                refused.insert(group.decider)
            }
        }
        return (accepted, refused)
    }

    /// Whatever this decider has decided and not committed is to be decided again.
    private func void(_ decider: Int) {
        generations[decider] += 1
        waiting.removeAll { $0.decider == decider }
        deciders[decider].post(.undone(generation: generations[decider]))
    }

    /// The store is left alone until the coordinator says otherwise.
    private func report(_ error: StoreError) {
        isResting = true
        hadTrouble = true
        coordinator.post(.storeTrouble(error, of: .committer, newestOutboxID: committer.newestOutboxID))
    }

    private func noteIsWell() {
        guard hadTrouble else { return }
        hadTrouble = false
        coordinator.post(.storeIsWell(.committer))
    }

    // MARK: Between commits

    /// - Returns: Whether retention has done a step, so that there may be more for it to do.
    private func lookAfterStore(isQuiet: Bool) -> Bool {
        do throws(StoreError) {
            try writeFlows()
            let removed = try retention.step(store: store, now: clock.now(), isQuiet: isQuiet)
            if let removed { removal.add(removed, atMilliseconds: steadyClock.milliseconds()) }
            tellRemoved(isOver: !retention.isUnderWay)
            if isQuiet {
                try store.checkpoint()
                noteIsWell()
            }
            return removed != nil
        } catch {
            report(error)
            return false
        }
    }

    private func tellRemoved(isOver: Bool) {
        guard let removed = removal.due(isOver: isOver, atMilliseconds: steadyClock.milliseconds()) else {
            return
        }
        coordinator.post(.removed(removed))
    }

    private func writeFlows(isEnding: Bool = false) throws(StoreError) {
        guard let group = flows.due(now: clock.now(), isEnding: isEnding) else { return }
        try store.commit(group)
        flows.written()
    }

    /// Removes what the broker has; a store that takes nothing now keeps those rows, and they go out once more.
    private func finish() -> Bool {
        guard !isFinished else { return false }
        var failure: StoreError?
        do throws(StoreError) {
            if !confirmed.isEmpty {
                _ = try committer.commit([], confirmedOutbox: confirmed)
                confirmed.removeAll()
            }
            try writeFlows(isEnding: true)
        } catch {
            failure = error
        }
        lastAttemptsLeft -= 1
        if failure == nil || failure?.isRetryable == false || lastAttemptsLeft <= 0 {
            isFinished = true
            tellRemoved(isOver: true)
            coordinator.post(.committerFinished)
        }
        return true
    }
}
