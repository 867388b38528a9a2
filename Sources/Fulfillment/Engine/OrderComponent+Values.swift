internal import Orders

// Values that others wait for: what a component reported before it was asked again is that of its former work.
extension OrderComponent {
    /// Whether it reported a value before it was asked again, and not since.
    func isFormer(valueOf name: String) -> Bool {
        settledValues?.contains { $0.name == name && $0.request < requests } ?? false
    }

    /// Whether it has reported a value since it was asked last.
    func hasSettled(_ name: String) -> Bool {
        settledValues?.contains { $0.name == name && $0.request == requests } ?? false
    }

    /// Whether nobody waits for values of it, as a person says that it is done.
    var hasSettledAll: Bool {
        processing.isFinished && settledValues?.contains { $0.name == nil && $0.request == requests } ?? false
    }

    mutating func settle(_ name: String?) {
        var settled = settledValues ?? []
        settled.removeAll { $0.name == name }
        settled.append(SettledValue(name: name, request: requests))
        settledValues = settled
    }
}

extension OrderState {
    /// The components of which a report of a component settles a value: itself, and where the value is a new one those of
    /// the line that had reported another before they were asked again.
    func reporters(of name: String, line: Int, component: Int, isNew: Bool) -> [ComponentID] {
        let others =
            isNew
            ? index.componentsOfLine[line].map(\.component).filter {
                $0 != component && components[$0].isFormer(valueOf: name)
            } : []
        return ([component] + others).filter { !components[$0].hasSettled(name) }.map { components[$0].id }
    }
}
