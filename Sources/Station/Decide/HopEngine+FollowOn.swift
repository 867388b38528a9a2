internal import Broker
internal import Fulfillment
internal import Orders
internal import Store

// Orders that follow an order which is not known.
extension HopEngine {
    /// The base order may still come: what follows it waits, or is told at once, as the catalog has it.
    func awaitBase(
        _ operation: OrderOperation,
        id: OrderID,
        _ delivery: Delivery,
        context: MessageContext,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        switch role.decider.catalog.unknownBase {
        case .wait:
            keepParked(delivery, id: id, context: context, role: role, &group)
            group.notes.append(
                HopNote(
                    .info,
                    "order \(operation.value ?? "") waits for order \(id.key), which is not known yet",
                    role: role.role,
                    order: id.key,
                    messageID: context.messageID,
                    queue: delivery.queue
                )
            )
        case .fallout: tellUnknown(operation, base: id, context: context, role: role, &group)
        }
    }

    /// Tells the follower that there is no such order; it decides what that means.
    func tellUnknown(
        _ operation: OrderOperation,
        base: OrderID,
        context: MessageContext?,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        guard let follower = operation.value else { return }
        let reference = BaseReference(order: base.key, line: operation.line)
        append(
            .baseReport(reference, .unknown, role: role.role),
            on: OrderKey(follower),
            of: nil,
            cause: context,
            role: role,
            &group
        )
    }

    /// A follower that waits for what waits for itself is told so; it stays a follower, should the others go on.
    func tellCircle(
        _ operation: OrderOperation,
        base: OrderID,
        _ state: OrderState,
        context: MessageContext?,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) {
        guard operation.action == .follow, let follower = operation.value,
            state.relations?.value.bases.contains(where: { !($0.outcome?.releases ?? false) }) ?? false
        else { return }
        let reference = BaseReference(order: base.key, line: operation.line)
        let isCircle = try CircleSearch.isCircle(reference, followedBy: OrderKey(follower)) {
            (key) throws(StoreError) in
            key == base.key ? state : try committed(OrderID(role: base.role, key: key))
        }
        guard isCircle else { return }
        append(
            .baseReport(reference, .circle, role: role.role),
            on: OrderKey(follower),
            of: base,
            cause: context,
            role: role,
            &group
        )
    }

    /// An order as the store has it, be it of this share or not; whoever asks to be told has been committed before.
    private func committed(_ id: OrderID) throws(StoreError) -> OrderState? {
        guard let stored = try store.load(id) else { return nil }
        // One that cannot be read is told of when it is its turn.
        return try? stored.state(of: id)
    }

    /// Whoever waited is gone: nobody is to be told.
    func noteGone(
        _ operation: OrderOperation,
        id: OrderID,
        context: MessageContext,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        group.notes.append(
            HopNote(
                .info,
                "order \(operation.base?.rawValue ?? "") reports to order \(id.key), which is not known any more",
                role: role.role,
                order: id.key,
                messageID: context.messageID
            )
        )
    }
}
