internal import Fulfillment
internal import Orders

/// What of an order must not depend on the way it went; texts that name the order are made alike.
struct OrderResult: Hashable {
    var lifecycle: LifecycleState
    var status: StateName
    var lines: [String]
    /// The milestones of each line.
    var milestones: [String]
    var components: [String]

    init(_ state: OrderState) {
        let key = state.id.key.base.rawValue
        func alike(_ text: String) -> String { text.replacing(key, with: "{key}") }
        lifecycle = state.lifecycle
        status = state.status
        lines = state.lines.map { line in
            let values = line.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return alike("\(line.id) \(line.state) \(values)")
        }
        milestones = state.lines.map { "\($0.id) \($0.reached.sorted())" }
        components = state.components.map {
            alike("\($0.id) \($0.processing) \($0.state) \($0.lineStates)")
        }
    }

    /// The first thing in which another result differs; milestones only where none can have come too late.
    func difference(from expected: OrderResult, mayMissMilestones: Bool) -> String? {
        if lifecycle != expected.lifecycle { return "is \(lifecycle), not \(expected.lifecycle)" }
        if status != expected.status { return "has status \(status), not \(expected.status)" }
        for (found, wanted) in zip(components, expected.components) where found != wanted {
            return "has component \(found), not \(wanted)"
        }
        for (found, wanted) in zip(lines, expected.lines) where found != wanted {
            return "has line \(found), not \(wanted)"
        }
        if !mayMissMilestones, milestones != expected.milestones {
            return "has milestones \(milestones), not \(expected.milestones)"
        }
        let isSameSize = lines.count == expected.lines.count && components.count == expected.components.count
        return isSameSize ? nil : "has other lines or components"
    }
}

extension OrderKey {
    /// The key of the customer order that an order is about: COM's orders to SOM name the component beside it.
    var base: OrderKey { OrderKey(rawValue: String(rawValue.prefix { $0 != "/" })) }
}

extension String {
    /// With every occurrence of a text replaced by another.
    fileprivate func replacing(_ old: String, with new: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: old) {
            result += rest[..<range.lowerBound]
            result += new
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
