package import Orders

/// The correlation that requests carry (COMCorrelationID): the order's key and the component.
package enum ComponentCorrelation {
    package static func text(order: OrderKey, component: ComponentID) -> String { "\(order)_\(component)" }

    package static func component(of correlation: String, order: OrderKey) -> ComponentID? {
        let prefix = order.rawValue + "_"
        guard correlation.hasPrefix(prefix) else { return nil }
        return ComponentID(rawValue: String(correlation.dropFirst(prefix.count)))
    }
}
