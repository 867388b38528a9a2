internal import Broker
internal import Catalog
package import Fulfillment
internal import Messages
internal import Orders
package import Store

extension HopEngine {
    /// A message that is new and belongs here takes effect on its order.
    func apply(
        _ decoded: DecodedMessage,
        digest: Int64,
        _ delivery: Delivery,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) {
        let command: OrderCommand
        let key: OrderKey
        switch decoded.content {
        case .order(let draft):
            command = .submit(draft, decoded.context)
            key = draft.key
        case .update(let update):
            command = .update(update, decoded.context)
            key = update.orderKey
        case .operation(let operation, on: let order):
            command = .operate(operation, decoded.context)
            key = order
        case .messageOperation(let operation):
            return try operate(operation, decoded, digest: digest, delivery, role: role, &group)
        case .fulfillmentRequest: return
        }
        let isRetried = group.resubmitted != nil
        try rememberOnce(decoded.context.messageID, digest: digest, order: key, role: role.role, &group)
        let id = OrderID(role: role.role, key: key)
        let cause = HopCause(
            text: isRetried ? "\(decoded.name), resubmitted" : decoded.name,
            context: decoded.context,
            queue: delivery.queue,
            message: delivery.message
        )
        let outcome = try run(command, on: id, cause: cause, role: role, &group)
        switch outcome {
        case .orderUnknown:
            if case .operate(let operation, _) = command, operation.action == .follow {
                awaitBase(operation, id: id, delivery, context: decoded.context, role: role, &group)
            } else if case .operate(let operation, _) = command, operation.action == .baseReport {
                noteGone(operation, id: id, context: decoded.context, role: role, &group)
            } else if case .operate(let operation, _) = command {
                refuse(operation, of: id, delivery, context: decoded.context, role: role, &group)
            } else {
                park(delivery, id: id, context: decoded.context, role: role, &group)
            }
        case .deleted: break
        case .applied, .nothingNew, nil:
            if case .submit = command { try applyParked(for: id, role: role, &group) }
        }
    }

    /// Nobody waits for an order to be able to suspend it: who asked is told.
    private func refuse(
        _ operation: OrderOperation,
        of id: OrderID,
        _ delivery: Delivery,
        context: MessageContext,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        let failure = Failure(
            .orderUnknown,
            "operation \(operation.action.rawValue) by \(operation.by.prefix(60)) names order \(id.key), which role "
                + "\(role.role) does not know",
            correctiveAction: "Send the operation for an order of this role."
        )
        appendFault(
            DecodingFailure(failure, context: context, orderKey: id.key),
            delivery: delivery,
            role: role,
            &group
        )
    }

    /// What caused a hop, for the journal and for headers.
    struct HopCause {
        var text: String
        var context: MessageContext?
        var queue: String?
        /// The message itself, for the error queue should the order turn out to be unreadable.
        var message: Message?
    }

    /// Decides a command and notes what follows from it.
    ///
    /// - Returns: `nil` when the order cannot be read.
    @discardableResult
    func run(
        _ command: OrderCommand,
        on id: OrderID,
        cause: HopCause,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) -> OrderOutcome? {
        let entry: OrderEntry
        do {
            entry = try entryOf(id, &group)
        } catch {
            switch error {
            case .store(let error): throw error
            case .journal(let error):
                appendInternalFault("\(error)", id: id, cause: cause, role: role, &group)
                return nil
            }
        }
        if entry.isLost {
            group.entries[id] = entry
            appendInternalFault(
                "it is read again after the next commit",
                id: id,
                cause: cause,
                role: role,
                &group
            )
            return nil
        }
        switch command {
        case .update, .operate:
            if entry.state == nil {
                group.entries[id] = entry
                return .orderUnknown
            }
        case .submit, .timeReached: break
        }
        let decider: OrderDecider
        switch command {
        // A new order, or one that replaces an order born invalid, is decomposed with the current catalog.
        case .submit: decider = entry.state?.order == nil ? role.decider : try deciderOf(entry, role, &group)
        case .operate where entry.state?.order == nil, .timeReached where entry.state?.order == nil:
            decider = role.decider
        case .update, .operate, .timeReached: decider = try deciderOf(entry, role, &group)
        }
        // Handed over without a name: a second owner would have its components and lines copied at their first change.
        var decision = decider.decide(command, state: entry.state.take(), now: group.now)
        entry.state = decision.state.take()
        if case .deleted = decision.outcome, case .operate(let operation, let context) = command {
            // Who waits for it, and who works on its tickets, is told in the transaction that removes it.
            if let state = entry.state {
                tell(decision.events, of: entry, state, decider, cause: cause, role: role, &group)
            }
            delete(entry, operation, context, &group)
            group.entries[id] = entry
            return .deleted
        }
        if !decision.events.isEmpty, let state = entry.state {
            do {
                try note(decision.events, state: state, entry: entry, cause: cause, group: &group)
            } catch {
                entry.state = nil
                entry.isLost = true
                group.entries[id] = entry
                appendInternalFault("\(error)", id: id, cause: cause, role: role, &group)
                return nil
            }
            appendNotes(decision.events, state: state, cause: cause, &group)
            let owedBefore = group.changes.outbox.count
            tell(decision.events, of: entry, state, decider, cause: cause, role: role, &group)
            if case .operate(let operation, _) = command {
                try tellCircle(operation, base: id, state, context: cause.context, role: role, &group)
            }
            group.changes.journal[group.changes.journal.count - 1].sent =
                SentMessages(group.changes.outbox[owedBefore...])
        }
        group.entries[id] = entry
        return decision.outcome
    }

    /// What the world is told of a hop is owed.
    private func tell(
        _ events: [OrderEvent],
        of entry: OrderEntry,
        _ state: OrderState,
        _ decider: OrderDecider,
        cause: HopCause,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        appendMessages(
            OutboundMessages(catalog: decider.catalog, role: role.role, now: group.now)
                .messages(for: events, state: state),
            state: state,
            told: entry.told,
            cause: cause.context,
            role: role,
            &group
        )
    }

    /// One journal record a hop, and the timers that its events ask for.
    private func note(
        _ events: [OrderEvent],
        state: OrderState,
        entry: OrderEntry,
        cause: HopCause,
        group: inout GroupInProgress
    ) throws(JournalError) {
        let bytes = try JournalCodec.encode(events)
        if entry.row == 0 {
            entry.row = identifiers.nextOrderRow()
        }
        entry.sequence += 1
        entry.isChanged = true
        group.changes.journal.append(
            JournalRecord(
                orderRow: entry.row,
                sequence: entry.sequence,
                at: group.now,
                cause: cause.text,
                messageID: cause.context?.messageID,
                queue: cause.queue,
                events: bytes
            )
        )
        for event in events {
            if case .rejected(let rejection) = event { group.rejection = rejection.failures.first?.code }
            if case .updateParked = event { group.count(CounterName.parkedInOrders) }
            switch event {
            case .parkedApplied, .parkedDropped: group.count(CounterName.parkedInOrders, by: -1)
            default: break
            }
            if let base = event.followed {
                group.changes.relations.append(
                    RelationRecord(orderRow: entry.row, base: OrderID(role: state.id.role, key: base.order))
                )
            }
            guard let (kind, component, due) = event.timer else { continue }
            group.changes.timersSet.append(
                TimerRecord(
                    id: identifiers.nextTimer(),
                    order: state.id,
                    kind: kind,
                    component: component,
                    due: due
                )
            )
        }
    }

    /// An order from the group, the cache or the store; an empty entry when there is none.
    func entryOf(_ id: OrderID, _ group: inout GroupInProgress) throws(EntryError) -> OrderEntry {
        if let entry = group.entries.removeValue(forKey: id) { return entry }
        if let entry = unsettled.take(id) ?? cache.take(id) { return entry }
        let stored: StoredOrder?
        do { stored = try store.load(id) } catch { throw .store(error) }
        guard let stored else { return OrderEntry(state: nil, row: 0, sequence: 0, sequenceOfSnapshot: 0) }
        do {
            return OrderEntry(
                state: try stored.state(of: id),
                row: stored.record.row,
                sequence: stored.record.sequence,
                sequenceOfSnapshot: stored.snapshot?.sequence ?? 0
            )
        } catch {
            throw .journal(error)
        }
    }

    enum EntryError: Error {
        case store(StoreError)
        case journal(JournalError)
    }

    /// An order runs to its end on the catalog version it was decomposed with.
    private func deciderOf(
        _ entry: OrderEntry,
        _ role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) -> OrderDecider {
        guard let version = entry.state?.catalogVersion, version != role.catalog.fulfillment.version else {
            return role.decider
        }
        let key = CatalogKey(role: role.role, version: version)
        if let known = olderDeciders[key] { return known }
        let decider: OrderDecider
        do {
            let catalog = try olderCatalog(key)
            decider = OrderDecider(role: role.role, catalog: catalog, linesMax: limits.linesPerOrder)
        } catch {
            switch error {
            case .store(let error): throw error
            case .unreadable(let reason):
                // The current catalog is nearer to the truth than none; an operator is told, once a start.
                group.notes.append(
                    HopNote(
                        .error,
                        "catalog version \(version) of role \(role.role) cannot be read, so its open orders go on with "
                            + "version \(role.catalog.fulfillment.version): \(reason)",
                        role: role.role,
                        order: entry.state?.id.key,
                        code: .internalFault
                    )
                )
                decider = role.decider
            }
        }
        olderDeciders[key] = decider
        return decider
    }

    private enum CatalogError: Error {
        case store(StoreError)
        case unreadable(String)
    }

    private func olderCatalog(_ key: CatalogKey) throws(CatalogError) -> FulfillmentCatalog {
        let text: [UInt8]?
        do { text = try store.catalog(role: key.role, version: key.version) } catch { throw .store(error) }
        guard let text else { throw .unreadable("the store does not have it") }
        do {
            return try CatalogReader.read(bytes: text, name: "catalog \(key.version)").fulfillment
        } catch {
            throw .unreadable("\(error)")
        }
    }

    /// Summaries and snapshots of what the group changed.
    func finishOrders(_ group: inout GroupInProgress) {
        for entry in group.entries.values where entry.isChanged {
            guard let state = entry.state else { continue }
            group.changes.orders.append(Self.record(state, entry: entry))
            let interval = max(snapshotInterval, state.lines.count * snapshotHopsPerLine)
            if Int(entry.sequence - entry.sequenceOfSnapshot) >= interval, !state.lifecycle.isClosed,
                let bytes = try? JournalCodec.encode(state)
            {
                // A snapshot is a cache: without one the journal alone serves.
                group.changes.snapshots.append(
                    SnapshotRecord(orderRow: entry.row, sequence: entry.sequence, state: bytes)
                )
                entry.sequenceOfSnapshot = entry.sequence
            }
            entry.isChanged = false
        }
    }

    /// What operators list of an order.
    package static func record(_ state: OrderState, row: Int64, sequence: Int64) -> OrderRecord {
        OrderRecord(
            row: row,
            id: state.id,
            revision: state.revision,
            lifecycle: state.lifecycle,
            status: state.status,
            priority: state.order?.priority.value ?? OrderPriority.standard.value,
            componentsTotal: state.components.count,
            componentsCompleted: state.componentsCompleted,
            componentsFailed: state.componentsFailed,
            sequence: sequence,
            catalogVersion: state.catalogVersion,
            createdAt: state.createdAt,
            updatedAt: state.updatedAt,
            closedAt: state.closedAt,
            instanceID: state.origin.processID,
            updatesParked: state.parked.count
        )
    }

    private static func record(_ state: OrderState, entry: OrderEntry) -> OrderRecord {
        record(state, row: entry.row, sequence: entry.sequence)
    }
}

extension OrderEvent {
    /// What the order follows, as it tells; told again with the answer, as older stores do not know it.
    fileprivate var followed: BaseReference? {
        switch self {
        case .baseAsked(let base), .baseAnswered(let base, _): base
        default: nil
        }
    }

    /// The time at which the order is to be looked at again because of it.
    fileprivate var timer: (kind: String, component: ComponentID?, due: Timestamp)? {
        switch self {
        case .componentScheduled(let component, let due): ("release", component, due)
        case .retryScheduled(let component, _, let due): ("retry", component, due)
        case .wakeUp(let due): ("wake", nil, due)
        case .recreationScheduled(_, let due): ("recreate", nil, due)
        default: nil
        }
    }
}
