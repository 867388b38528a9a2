internal import Broker
internal import Catalog
internal import Fulfillment
internal import Messages
internal import Orders
internal import Station
internal import Store

// Orders that change: they end, and systems hold what the last accepted revision wants.
extension Invariants {
    /// What a component is to hold, by its place in the ledger.
    private typealias Wanted = [String: (content: SystemsLedger.Content, plan: PlannedComponent)]

    private var ledger: SystemsLedger { simulation.systems.ledger }

    mutating func checkChangingOrders() {
        var seen: Set<OrderKey> = []
        for (id, check) in changed.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            for problem in check.problems { note(problem) }
            changes.merge(check.counts, uniquingKeysWith: +)
            seen.insert(id.key.base)
        }
        for order in simulation.desk.orders {
            if !seen.contains(order.key) { note("order \(order.key) was sent and is not there") }
            checkEnd(of: order)
        }
        for key in seen.sorted() where simulation.desk.order(key) == nil { note("nobody sent order \(key)") }
    }

    private mutating func checkEnd(of order: ChangingOrder) {
        let role = ChangeDesk.customerRole
        guard let check = changed[OrderID(role: role, key: order.key)], let state = check.state else {
            return
        }
        switch state.lifecycle {
        case .completed where check.acceptedRevision != nil: break
        case .cancelled where check.acceptedRevision == nil: break
        // Its cancellation came first, of an order that nobody knew.
        case .failed where state.order == nil && order.isCancelled(by: state.revision): break
        default:
            note(
                "\(state.id) ends in \(state.lifecycle), status \(state.status), revision "
                    + "\(check.acceptedRevision.map(String.init) ?? "none"): "
                    + state.components.map { "\($0.id) \($0.processing)" }.joined(separator: ", ")
            )
        }
        var wanted: Wanted = [:]
        if check.acceptedRevision != nil, let last = order.wanted(among: check.acceptedRevisions) {
            wanted = self.wanted(order.messages[last - 1].body, of: role)
            if wanted.isEmpty { note("revision \(last) of \(order.key) wants nothing") }
        }
        let ownPlaces = Set(wanted.keys)
        for (place, component) in wanted where component.plan.system.rawValue.hasPrefix("Provisioning") {
            wanted[place] = nil
            wanted.merge(wantedBySecondRole(component, of: state), uniquingKeysWith: { first, _ in first })
        }
        compare(wanted, with: order, skipped: skipped(of: order.key))
        checkPassedOn(ownPlaces, of: order)
    }

    /// What the message of an order wants of the systems of a role.
    private func wanted(_ body: [UInt8], of role: RoleName) -> Wanted {
        guard let runtime = runtime(of: role), let queue = runtime.configuration.orders.first,
            // An unreadable one wants nothing, which is told.
            let decoded = try? runtime.read(body, from: queue), case .order(let draft) = decoded.content,
            !draft.lines.isEmpty, draft.type?.uppercased() != "CANCEL", draft.mode?.uppercased() != "CANCEL"
        else { return [:] }
        let catalog = runtime.catalog.fulfillment
        guard let order = OrderValidation.validate(draft, catalog: catalog, linesMax: 1_000).order,
            case .success(let plan) = Decomposer.plan(order, catalog: catalog, now: simulation.clock.now())
        else { return [:] }
        var wanted: Wanted = [:]
        for component in plan.components {
            let lines = Set(component.lines)
            wanted["\(role) \(order.key) \(component.id)"] = (
                SystemsLedger.content(of: order.lines.filter { lines.contains($0.id) }), component
            )
        }
        return wanted
    }

    private func runtime(of role: RoleName) -> RoleRuntime? {
        simulation.nodes.flatMap(\.roles).first { $0.role == role }
    }

    /// What the second role must make of the last that the first one asked it for.
    private mutating func wantedBySecondRole(
        _ component: (content: SystemsLedger.Content, plan: PlannedComponent),
        of state: OrderState
    ) -> Wanted {
        let correlation = ComponentCorrelation.text(order: state.id.key, component: component.plan.id)
        guard let request = lastProvisioning[correlation], let role = role(reading: request.queue) else {
            note("\(component.plan.id) of \(state.id) was never asked for")
            return [:]
        }
        let wanted = wanted(request.body, of: role)
        if wanted.isEmpty {
            note("\(component.plan.id) of \(state.id) is wanted, and the last request for it takes it back")
        }
        return wanted
    }

    /// Components that people have given up.
    private func skipped(of key: OrderKey) -> Set<String> {
        var skipped: Set<String> = []
        for (id, check) in changed where id.key.base == key {
            for component in check.state?.components ?? [] {
                switch component.processing {
                case .failedContinue, .undoFailedContinue:
                    skipped.insert("\(id.role) \(id.key) \(component.id)")
                    skipped.insert("/\(component.id)_")
                default: break
                }
            }
        }
        return skipped
    }

    private mutating func compare(_ wanted: Wanted, with order: ChangingOrder, skipped: Set<String>) {
        let held = ledger.held.filter { place, _ in
            place.split(separator: " ").dropFirst().first.map { OrderKey(rawValue: String($0)).base }
                == order.key
        }
        for place in Set(wanted.keys).union(held.keys).sorted() where !skipped.contains(place) {
            let function = function(at: place)
            guard let component = wanted[place] else {
                if function?.onRemoval.otherwise != CompensationKind.none {
                    note("\(place) is no longer wanted and still there")
                }
                continue
            }
            guard let found = held[place] else {
                note("\(place) is wanted and missing")
                continue
            }
            if found != component.content, function?.onChange.otherwise != CompensationKind.none {
                note("\(place) is held with \(found), and wanted with \(component.content)")
            }
        }
    }

    private func function(at place: String) -> FulfillmentFunction? {
        let words = place.split(separator: " ").map(String.init)
        guard words.count > 2, let runtime = runtime(of: RoleName(rawValue: words[0])) else { return nil }
        let name = words[2].prefix { $0 != "/" }
        return runtime.catalog.fulfillment.functions[FunctionName(rawValue: String(name))]
    }

    /// What the second role was last asked for is taken back where the first no longer wants it.
    private mutating func checkPassedOn(_ wanted: Set<String>, of order: ChangingOrder) {
        let role = ChangeDesk.customerRole
        let prefix = "\(order.key)_"
        for (correlation, request) in lastProvisioning where correlation.hasPrefix(prefix) {
            let place = "\(role) \(order.key) \(correlation.dropFirst(prefix.count))"
            guard !wanted.contains(place), !skipped(of: order.key).contains(place),
                let reader = self.role(reading: request.queue)
            else { continue }
            if !self.wanted(request.body, of: reader).isEmpty {
                note("\(place) is no longer wanted, and \(reader) was not asked to take it back")
            }
        }
    }
}
