package import Orders

/// The correlation that requests carry (COMCorrelationID): the order's key and the component; from the second
/// request on also which one it is, so that late answers to the first are told from answers to the last.
package enum ComponentCorrelation {
    package static func text(order: OrderKey, component: ComponentID, request: Int = 1) -> String {
        request > 1 ? "\(order)_\(component)~\(request)" : "\(order)_\(component)"
    }

    /// - Returns: What follows the order's key; `nil` when the text is about another order.
    package static func component(of correlation: String, order: OrderKey) -> ComponentID? {
        let prefix = order.rawValue + "_"
        guard correlation.hasPrefix(prefix) else { return nil }
        return ComponentID(rawValue: String(correlation.dropFirst(prefix.count)))
    }

    /// A component's name with the number of a request behind it, in its two parts.
    package static func request(in name: ComponentID) -> (component: ComponentID, request: Int)? {
        let text = name.rawValue
        guard let tilde = text.utf8.lastIndex(of: UInt8(ascii: "~")),
            let request = Int(text[text.index(after: tilde)...]), request > 1
        else { return nil }
        return (ComponentID(rawValue: String(text[..<tilde])), request)
    }
}
