internal import Broker
internal import Orders
internal import Store

extension HopEngine {
    /// Notes what is known of a hop now; how long it took is known at its commit.
    func measure(_ item: WorkItem, _ group: inout GroupInProgress) {
        func note(_ role: Int, _ kind: FlowKind, arrivedAt: Int64? = nil) {
            group.measures.append(
                HopMeasure(role: role, kind: kind, code: group.failure, arrivedAt: arrivedAt)
            )
        }
        func note(_ name: RoleName, _ kind: FlowKind) {
            if let role = roles.firstIndex(where: { $0.role == name }) { note(role, kind) }
        }
        switch item {
        case .message(let message):
            let inbound = message.inbound
            let kind = roles[inbound.role].kind(ofQueue: inbound.delivery.queue)
            note(inbound.role, kind, arrivedAt: message.arrivedAt)
        case .timer(let timer): note(timer.order.role, .timer)
        case .expiry(let parked): note(parked.order.role, .expiry)
        // It is none of the role's work.
        case .trouble: break
        }
    }
}
