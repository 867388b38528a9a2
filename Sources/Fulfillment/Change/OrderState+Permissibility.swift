internal import Orders

// How far lines can still be changed, kept with each line so that a change costs what it changes.
extension OrderState {
    /// What is known of the components that do several lines together, at their positions.
    private typealias Known = [RevisionPermissibility?]

    /// What changes of what is kept, after something happened to these lines; in the order of the lines.
    ///
    /// From the bottom up: a line takes what is kept of those below it, and one above it is only looked at when that
    /// changed. To walk through all that is below each line would cost the whole order at each of its many changes.
    func permissibilityChanges(
        of lines: Positions,
        catalog: FulfillmentCatalog
    ) -> [(line: LineID, permissibility: RevisionPermissibility)] {
        if lines.isEmpty { return [] }
        var known = Known(repeating: nil, count: components.count)
        // Some may stand here twice; they are looked at once.
        let open = Array(lines) + linesDoneTogether(with: lines, &known, catalog)
        var levels = [[Int]](repeating: [], count: (open.lazy.map { index.depthOfLine[$0] }.max() ?? 0) + 1)
        for line in open { levels[index.depthOfLine[line]].append(line) }
        var changed: [Int: RevisionPermissibility] = [:]
        for depth in levels.indices.reversed() {
            var previous: Int?
            for line in levels[depth].sorted() where line != previous {
                previous = line
                var worst = own(ofLine: line, &known, catalog)
                for child in index.childrenOfLine[line] where worst != .hard {
                    worst = max(worst, changed[child] ?? self.lines[child].permissibility)
                }
                guard worst != self.lines[line].permissibility else { continue }
                changed[line] = worst
                if depth > 0, let parent = index.parentOfLine[line] { levels[depth - 1].append(parent) }
            }
        }
        return changed.sorted { $0.key < $1.key }.map { (self.lines[$0.key].id, $0.value) }
    }

    /// What one line of a component has reached binds all its lines: those of which less is kept, and all where more
    /// is kept than still holds.
    private func linesDoneTogether(
        with lines: Positions,
        _ known: inout Known,
        _ catalog: FulfillmentCatalog
    ) -> [Int] {
        var together: [Int] = []
        var isTaken = [Bool](repeating: false, count: components.count)
        var isSeen = isTaken
        for line in lines {
            let isEased = isEased(line, &known, catalog)
            for place in index.componentsOfLine[line] {
                let component = place.component
                guard index.linesOfComponent[component].count > 1, !isTaken[component] else { continue }
                if isEased {
                    isTaken[component] = true
                    together += index.linesOfComponent[component]
                } else if !isSeen[component] {
                    isSeen[component] = true
                    let worst = permissibility(of: component, &known, catalog)
                    for other in index.linesOfComponent[component]
                    where self.lines[other].permissibility < worst && counts(component, forLine: other) {
                        together.append(other)
                    }
                }
            }
        }
        return together
    }

    /// Whether it can be changed more freely than is kept of it.
    private func isEased(_ line: Int, _ known: inout Known, _ catalog: FulfillmentCatalog) -> Bool {
        let kept = lines[line].permissibility
        return kept != .notYet && own(ofLine: line, &known, catalog) < kept
            && index.childrenOfLine[line].allSatisfy { lines[$0].permissibility < kept }
    }

    /// By its own components.
    private func own(
        ofLine line: Int,
        _ known: inout Known,
        _ catalog: FulfillmentCatalog
    ) -> RevisionPermissibility {
        var worst = RevisionPermissibility.notYet
        for place in index.componentsOfLine[line]
        where worst != .hard && counts(place.component, forLine: line) {
            worst = max(worst, permissibility(of: place.component, &known, catalog))
        }
        return worst
    }

    /// Work that the order no longer wants counts for lines that it no longer wants.
    private func counts(_ component: Int, forLine line: Int) -> Bool {
        !components[component].isWithdrawn || lines[line].isWithdrawn
    }

    private func permissibility(
        of component: Int,
        _ known: inout Known,
        _ catalog: FulfillmentCatalog
    ) -> RevisionPermissibility {
        guard index.linesOfComponent[component].count > 1 else {
            return permissibility(ofComponent: component, catalog: catalog)
        }
        if let known = known[component] { return known }
        let found = permissibility(ofComponent: component, catalog: catalog)
        known[component] = found
        return found
    }
}
