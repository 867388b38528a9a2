internal import Orders

/// How an order stands as a group of components, in the words of the field.
package enum GroupState: String, Sendable, Hashable, CaseIterable {
    case ready = "READY"
    /// Nothing of it is asked for until its incidents are closed.
    case locked = "LOCKED"
    /// The order has failed as a whole.
    case errored = "ERRORED"
}

/// How far an incident reaches.
package enum Containment: String, Sendable, Hashable, CaseIterable {
    /// It stops its own component and those that wait for it.
    case component
    /// It locks the order.
    case order
}

extension OrderState {
    /// Whether an open incident keeps anything of it from being asked for.
    package var isLocked: Bool {
        guard let fallout = fallout?.value, !lifecycle.isClosed, lifecycle != .cancelled else { return false }
        return fallout.incidents.contains { $0.locksOrder ?? false }
    }

    package var groupState: GroupState {
        if lifecycle == .failed { return .errored }
        return isLocked ? .locked : .ready
    }
}
