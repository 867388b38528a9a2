import Orders
import TestSupport
import Testing

@testable import Fulfillment

@Suite("Composed states")
struct ComposedStatesTests {
    /// Rule by rule and condition by condition, as the catalog words them.
    private static func slowly(
        _ states: [StateName],
        _ rules: [CompositionRule],
        _ tree: StateTree
    ) -> StateName? {
        guard !states.isEmpty else { return nil }
        return rules.first { rule in
            rule.conditions.allSatisfy { condition in
                let isMeant = { (state: StateName) in
                    condition.states.contains { tree.state(state, isWithin: $0) }
                }
                return switch condition.quantifier {
                case .any: states.contains(where: isMeant)
                case .all: states.allSatisfy(isMeant)
                case .none: !states.contains(where: isMeant)
                }
            }
        }?.state
    }

    @Test("are those of the rules read one by one, however many rules there are", arguments: 1...40)
    func sameAsSlowly(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var tree = StateTree()
        var names = StateTree.Root.allCases.map(\.name)
        for number in 0..<12 {
            let name = StateName("STATE-\(number)")
            let isAdded = tree.add(name, below: names[random.below(names.count)])
            #expect(isAdded)
            names.append(name)
        }
        // One that the tree does not have.
        names.append("ELSEWHERE")
        let rules = (0..<random.below(90)).map { _ in
            CompositionRule(
                state: names[random.below(names.count)],
                conditions: (0..<random.below(4)).map { _ in
                    CompositionCondition(
                        CompositionCondition.Quantifier.allCases[random.below(3)],
                        Set((0...random.below(3)).map { _ in names[random.below(names.count)] })
                    )
                }
            )
        }
        let composed = ComposedStates(rules, tree)
        for _ in 0..<300 {
            let states = (0..<random.below(5)).map { _ in names[random.below(names.count)] }
            #expect(composed.state(ofPartsIn: states) == Self.slowly(states, rules, tree))
        }
        #expect(composed.state(ofPartsIn: []) == nil)
    }
}
