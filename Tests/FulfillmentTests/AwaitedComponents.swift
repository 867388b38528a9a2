import Fulfillment
import Orders

/// All that a dependency waits for, found here without the code under test.
func awaited(_ dependency: PlannedDependency, _ groups: [ComponentGroup]?) -> [ComponentID] {
    switch dependency.target {
    case .component(let id): return [id]
    case .group(let number):
        guard let groups, groups.indices.contains(number) else { return [] }
        return groups[number].components
    }
}
