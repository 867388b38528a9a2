internal import Fulfillment
internal import Orders
internal import Station
internal import Store
internal import Synchronization

/// Nobody is told that a message was here before.
final class ForgetfulStore: StoreWrapper {
    let inner: any Store
    init(_ inner: any Store) { self.inner = inner }

    func inboxRecord(role: RoleName, messageID: MessageID) throws(StoreError) -> InboxRecord? { nil }

    func commit(_ group: HopGroup) throws(StoreError) {
        // So that the store's own check does not find it.
        var group = group
        var fresh: [InboxRecord] = []
        for record in group.inbox where !fresh.contains(where: { $0.messageID == record.messageID }) {
            if try inner.inboxRecord(role: record.role, messageID: record.messageID) == nil {
                fresh.append(record)
            }
        }
        group.inbox = fresh
        try inner.commit(group)
    }
}

/// A timer that has fired stays set, until it fires again: nothing is left of it in the end.
final class TimerKeepingStore: StoreWrapper {
    let inner: any Store
    private let kept = Mutex<Set<Int64>>([])
    init(_ inner: any Store) { self.inner = inner }

    func commit(_ group: HopGroup) throws(StoreError) {
        let fired = group.timersDropped
        var group = group
        group.timersDropped = kept.withLock { kept in fired.filter(kept.contains) }
        try inner.commit(group)
        kept.withLock { $0.formUnion(fired) }
    }
}

/// An order is what its snapshot says.
final class TaillessStore: StoreWrapper {
    let inner: any Store
    init(_ inner: any Store) { self.inner = inner }

    func load(_ id: OrderID) throws(StoreError) -> StoredOrder? {
        var stored = try inner.load(id)
        if stored?.snapshot != nil { stored?.journal = [] }
        return stored
    }
}

/// A report that comes late finds its component as it was in the beginning.
final class RewindingStore: StoreWrapper {
    let inner: any Store
    private let stale: StaleReports

    init(_ inner: any Store, stale: StaleReports) {
        self.inner = inner
        self.stale = stale
    }

    func load(_ id: OrderID) throws(StoreError) -> StoredOrder? {
        guard let stored = try inner.load(id) else { return nil }
        guard let component = stale.take(id) else { return stored }
        return stored.rewritten(id) { state in
            guard let at = state.components.firstIndex(where: { $0.id == component }) else { return }
            let begun = StateTree.Root.open.name
            state.components[at].state = begun
            state.components[at].lineStates = state.components[at].lineStates.map { _ in begun }
        }
    }
}

/// What is to be undone waits for what it depends on.
final class UndoTurningStore: StoreWrapper {
    let inner: any Store
    init(_ inner: any Store) { self.inner = inner }

    func load(_ id: OrderID) throws(StoreError) -> StoredOrder? {
        try inner.load(id)?.rewritten(id) { state in
            let undone = Set(state.components.filter { $0.task?.isUndo ?? false }.map(\.id))
            for at in state.components.indices where undone.contains(state.components[at].id) {
                guard var rework = state.components[at].rework?.value else { continue }
                rework.task?.undoAfter = state.components[at].plan.dependsOn.flatMap(state.components(of:))
                    .filter(undone.contains)
                rework.task?.undoAfterGroups = nil
                state.components[at].rework = Rare(rework)
            }
        }
    }
}

/// A process knows how often it asked again itself; what the one before it counted is forgotten.
final class AttemptForgettingStore: StoreWrapper {
    let inner: any Store
    /// Orders of which this process has counted an attempt.
    private let counted = Mutex<Set<Int64>>([])

    init(_ inner: any Store) { self.inner = inner }

    func load(_ id: OrderID) throws(StoreError) -> StoredOrder? {
        guard let stored = try inner.load(id) else { return nil }
        guard !counted.withLock({ $0.contains(stored.record.row) }) else { return stored }
        return stored.rewritten(id) { state in
            for at in state.components.indices {
                guard var rework = state.components[at].rework?.value else { continue }
                rework.retries = 0
                state.components[at].rework = Rare(rework)
            }
        }
    }

    func commit(_ group: HopGroup) throws(StoreError) {
        try inner.commit(group)
        for record in group.journal {
            // An unreadable journal is another check's to find.
            for case .retryScheduled in (try? JournalCodec.decodeEvents(record.events)) ?? [] {
                counted.withLock { _ = $0.insert(record.orderRow) }
            }
        }
    }
}

extension StoredOrder {
    /// As it would be read with another state; as it is where it cannot be read, which is another check's to find.
    fileprivate func rewritten(_ id: OrderID, _ change: (inout OrderState) -> Void) -> StoredOrder {
        do {
            guard var state = try state(of: id) else { return self }
            change(&state)
            var stored = self
            stored.snapshot = SnapshotRecord(
                orderRow: record.row,
                sequence: record.sequence,
                state: try JournalCodec.encode(state)
            )
            stored.journal = []
            return stored
        } catch {
            return self
        }
    }
}
