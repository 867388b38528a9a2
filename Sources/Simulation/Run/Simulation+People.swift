internal import Fulfillment
internal import Orders
internal import Store

// What people do once the station has done all it can by itself.
extension Simulation {
    /// A run in which people have to help so often has gone astray.
    private static let roundsMax = 25
    /// After so many rounds they no longer ask again, and go on without.
    private static let patientRounds = 8

    /// Orders that wait for somebody are corrected, resumed, and what is in fallout is asked for again.
    ///
    /// - Returns: Whether there was anything to do.
    func putRight() -> Bool {
        // Nobody can put right what is refused again and again.
        systems.areWilling = true
        let waiting = desk.orders.flatMap { ordersInNeed(of: $0.key) }
        guard !waiting.isEmpty else { return askAgain() }
        rounds += 1
        guard rounds <= Self.roundsMax else {
            report.violations.append(
                "people cannot put right \(waiting.map { "\($0.id)" }.joined(separator: ", "))"
            )
            return false
        }
        for base in Set(waiting.map(\.id.key.base)).sorted() {
            let ofOrder = waiting.filter { $0.id.key.base == base }
            if desk.correct(base) { continue }
            // What a system of the second role refused is put right there first.
            let nearest = ofOrder.filter { $0.id.role != ChangeDesk.customerRole }
            for state in nearest.isEmpty ? ofOrder : nearest { help(state) }
        }
        return true
    }

    /// Where somebody said that a system goes on, and it was asked once more meanwhile, nobody watches its silence.
    private func askAgain() -> Bool {
        guard rounds <= Self.roundsMax else { return false }
        let stuck = desk.resolved.filter { fallen in
            state(of: OrderID(role: fallen.role, key: fallen.order))?.components.contains {
                $0.id == fallen.component && ($0.processing == .inProgress || $0.processing == .undoing)
            } ?? false
        }
        for fallen in Set(stuck).sorted(by: { "\($0)" < "\($1)" }) {
            trace.note("people ask again for \(fallen)")
            desk.operate(.retry, on: fallen.order, role: fallen.role, component: fallen.component)
        }
        if !stuck.isEmpty { rounds += 1 }
        return !stuck.isEmpty
    }

    private func state(of id: OrderID) -> OrderState? {
        for node in nodes {
            guard let stored = node.disk.openReader().history(id) else { continue }
            return fold(stored, for: "whether to ask again")
        }
        return nil
    }

    private func help(_ state: OrderState) {
        trace.note("people help \(state.id), which is \(state.lifecycle), round \(rounds)")
        switch state.lifecycle {
        case .suspended, .waitingForRevision: desk.operate(.resume, on: state.id.key, role: state.id.role)
        default:
            let kind: ChangeKind = rounds > Self.patientRounds ? .skip : .retry
            desk.operate(kind, on: state.id.key, role: state.id.role)
        }
    }

    private func ordersInNeed(of key: OrderKey) -> [OrderState] {
        nodes.flatMap { node -> [OrderState] in
            let reader = node.disk.openReader()
            return reader.orders(afterRow: 0, limit: .max).filter { $0.id.key.base == key }.compactMap {
                record in
                let mayNeed =
                    record.componentsFailed > 0 || record.lifecycle == .suspended
                    || record.lifecycle == .waitingForRevision
                guard mayNeed, let stored = reader.history(record.id),
                    let state = fold(stored, for: "who needs help")
                else { return nil }
                switch state.lifecycle {
                case .suspended, .waitingForRevision: return state
                case .completed, .aborted: return nil
                default: return state.incidents.isEmpty ? nil : state
                }
            }
        }
    }
}
