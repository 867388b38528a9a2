package import Orders

/// Looks whether what an order waits for waits, itself or through others, for that very work.
package enum CircleSearch {
    /// Orders and lines that are looked at; a circle of more is not found.
    package static let referencesMax = 100

    /// Whether `base` will never be done, as it waits for the work of `follower` that waits for it.
    ///
    /// - Parameters:
    ///   - base: What is waited for.
    ///   - follower: The order that waits for it.
    ///   - state: An order's state; `nil` for one that is not known.
    /// - Returns: Whether neither of the two can go on.
    /// - Throws: What `state` throws.
    package static func isCircle<Problem: Error>(
        _ base: BaseReference,
        followedBy follower: OrderKey,
        state: (OrderKey) throws(Problem) -> OrderState?
    ) throws(Problem) -> Bool {
        var seen: Set<BaseReference> = [base]
        var waiting = [base]
        while let reference = waiting.popLast() {
            for next in try state(reference.order)?.basesAwaited(for: reference.line) ?? [] {
                if next.order == follower {
                    let isSameWork = try state(follower)?.basesAwaited(for: next.line).contains(base) ?? false
                    if isSameWork { return true }
                }
                guard seen.count < referencesMax, seen.insert(next).inserted else { continue }
                waiting.append(next)
            }
        }
        return false
    }
}

extension OrderState {
    /// What of other orders a line waits for, or the whole order: its components, those of the lines below it, and all
    /// that these wait for.
    fileprivate func basesAwaited(for line: LineID?) -> [BaseReference] {
        guard relations != nil else { return [] }
        var open: [Int]
        if let line {
            var lines = index.lineAt[line].map { [$0] } ?? []
            open = []
            while let at = lines.popLast() {
                open += index.componentsOfLine[at].map(\.component)
                lines += index.childrenOfLine[at]
            }
        } else {
            open = Array(components.indices)
        }
        var seen: Set<Int> = []
        var seenGroups: Set<Int> = []
        var bases: [BaseReference] = []
        while let at = open.popLast() {
            guard components[at].waitsForItsTurn, !components[at].isWithdrawn, seen.insert(at).inserted
            else { continue }
            bases += basesAwaited(by: components[at])
            for blocking in index.waits.dependencies[at] {
                switch blocking {
                case .component(let other): open.append(other)
                case .group(let group):
                    if seenGroups.insert(group).inserted { open += index.waits.groups[group].members }
                case nil: break
                }
            }
        }
        return bases
    }
}
