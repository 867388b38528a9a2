internal import Orders

// What an order takes in memory, estimated from what it is made of.
extension OrderState {
    /// About how many bytes of memory the order takes, with what is derived from it.
    ///
    /// Near enough to bound a cache: what the program itself makes, such as states and plans, is taken at a flat rate, and
    /// only what senders can make as long as they like is measured.
    package var estimatedBytes: Int {
        var bytes = 2_000 + components.count * 500 + parked.count * 2_000 + failures.count * 500
        for component in components {
            bytes += (component.plan.lines.count + component.plan.dependsOn.count) * 150
            if let settled = component.settledValues { bytes += settled.count * 60 }
            if let task = component.task { bytes += task.undoAfter.count * 100 }
        }
        for group in groups ?? [] { bytes += 100 + group.components.count * 100 }
        for group in change?.value.undoGroups ?? [] { bytes += 100 + group.components.count * 100 }
        if let order {
            bytes += order.properties.estimatedBytes + order.extensions.estimatedBytes
            for line in order.lines {
                bytes += 700 + line.properties.estimatedBytes + line.extensions.estimatedBytes
                bytes += line.attributes.estimatedBytes
            }
        }
        for line in lines {
            bytes += 250 + line.reached.count * 20
            if !line.values.isEmpty { bytes += line.values.estimatedBytes }
        }
        if let rejectedDraft { bytes += rejectedDraft.estimatedBytes }
        if let waiting = change?.value.queued { bytes += waiting.draft.estimatedBytes }
        return bytes
    }
}

extension OrderDraft {
    fileprivate var estimatedBytes: Int {
        var bytes = 1_000 + properties.estimatedBytes + extensions.estimatedBytes
        for line in lines {
            bytes += 500 + line.properties.estimatedBytes + line.extensions.estimatedBytes
            bytes += line.attributes.estimatedBytes
        }
        return bytes
    }
}

extension String {
    /// Beyond the string itself: short ones need nothing, longer ones an allocation.
    fileprivate var bytesBeyond: Int { utf8.count > 15 ? utf8.count + 32 : 0 }
}

extension [String] {
    fileprivate var estimatedBytes: Int { reduce(count * 16) { $0 + $1.bytesBeyond } }
}

extension [String: String] {
    /// A third of the places of a table are free on average.
    fileprivate var estimatedBytes: Int {
        reduce(count * 48) { $0 + $1.key.bytesBeyond + $1.value.bytesBeyond }
    }
}

extension [LineAttribute] {
    fileprivate var estimatedBytes: Int {
        reduce(count * 64) { $0 + $1.name.bytesBeyond + $1.value.bytesBeyond }
    }
}
