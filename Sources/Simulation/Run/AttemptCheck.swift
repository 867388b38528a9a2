internal import Fulfillment
internal import Orders

/// How often components are asked again, in one hop of an order: each attempt is one more than its journal tells, and
/// no more than the catalog gives.
struct AttemptCheck {
    private let id: OrderID
    private let catalog: FulfillmentCatalog
    private(set) var problems: [String] = []
    /// What has just failed: an attempt that follows is the station's own.
    private var failure: Failure?
    /// Whether a person asked for something in this hop.
    private var isOperated = false

    init(_ id: OrderID, catalog: FulfillmentCatalog) {
        self.id = id
        self.catalog = catalog
    }

    /// Looks at the next event of the hop; `state` is the order before it, `nil` in its first hop.
    mutating func check(_ event: OrderEvent, before state: OrderState?) {
        defer { failure = event.failure }
        switch event {
        case .operated: isOperated = true
        case .retryScheduled(let component, let attempt, let due):
            let found = state?.components.first { $0.id == component }
            let before = found?.rework?.value.retries ?? 0
            // Its timer fired before its time: the same attempt, at the same moment, is no further one.
            if failure == nil, attempt == before, found?.rework?.value.retryAt == due { return }
            if let failure, failure.component == component {
                if attempt != before + 1 {
                    problems.append("\(id): \(component) is at attempt \(attempt), after \(before) attempts")
                }
                guard let found else { return }
                let action = catalog.action(for: failure, of: found.plan)
                guard case .retry(let times, _) = action, attempt <= times else {
                    problems.append("\(id): attempt \(attempt) of \(component) is against \(action)")
                    return
                }
            } else if attempt != before || !isOperated {
                // What a person asks for is no attempt of the station's.
                problems.append("\(id): \(component) is at attempt \(attempt), and nothing failed")
            }
        case .componentRetried(let component):
            guard let state, let found = state.components.first(where: { $0.id == component }) else { return }
            if found.rework?.value.retryAt == nil {
                problems.append("\(id): \(component) is asked again, and no attempt was due")
            }
        default: break
        }
    }
}

extension OrderEvent {
    fileprivate var failure: Failure? {
        if case .failureRaised(let failure) = self { failure } else { nil }
    }
}
