package import Orders

/// Composition rules made ready for a tree of states: what each state means to each condition is found out once, so
/// that composing a state is a few operations on bits.
package struct ComposedStates: Sendable, Hashable {
    private struct Rule: Sendable, Hashable {
        var state: StateName
        /// Conditions that some part, every part, or no part must meet, as bits.
        var any: UInt64 = 0
        var all: UInt64 = 0
        var none: UInt64 = 0
    }

    /// Rules whose conditions fit into the bits of a word.
    private struct Block: Sendable, Hashable {
        var rules: [Rule] = []
        var conditions: [Set<StateName>] = []
        /// The conditions that each state of the tree meets.
        var bits: [StateName: UInt64] = [:]
    }

    private var blocks: [Block] = []

    package init(_ rules: [CompositionRule], _ tree: StateTree) {
        for rule in rules where blocks.isEmpty || !Self.add(rule, to: &blocks[blocks.count - 1]) {
            var block = Block()
            // A catalog's rule has one for each quantifier.
            precondition(Self.add(rule, to: &block), "a rule of composition has more than 64 conditions")
            blocks.append(block)
        }
        for index in blocks.indices {
            for name in tree.nodes.keys {
                blocks[index].bits[name] = Self.bits(tree.lineage(of: name), blocks[index].conditions)
            }
        }
    }

    /// - Returns: Whether there was room for it.
    private static func add(_ rule: CompositionRule, to block: inout Block) -> Bool {
        var conditions = block.conditions
        var added = Rule(state: rule.state)
        for condition in rule.conditions {
            let position = conditions.firstIndex(of: condition.states) ?? conditions.count
            guard position < UInt64.bitWidth else { return false }
            if position == conditions.count { conditions.append(condition.states) }
            let bit: UInt64 = 1 << UInt64(position)
            switch condition.quantifier {
            case .any: added.any |= bit
            case .all: added.all |= bit
            case .none: added.none |= bit
            }
        }
        block.conditions = conditions
        block.rules.append(added)
        return true
    }

    private static func bits(_ lineage: [StateName], _ conditions: [Set<StateName>]) -> UInt64 {
        var bits: UInt64 = 0
        for (position, states) in conditions.enumerated() where lineage.contains(where: states.contains) {
            bits |= 1 << UInt64(position)
        }
        return bits
    }

    /// The state of the first rule whose conditions all hold for parts in these states; `nil` when none does.
    package func state(ofPartsIn states: [StateName]) -> StateName? {
        guard !states.isEmpty else { return nil }
        for block in blocks {
            var met: UInt64 = 0
            var metByAll = UInt64.max
            for state in states {
                // A state that the tree does not have stands alone.
                let bits = block.bits[state] ?? Self.bits([state], block.conditions)
                met |= bits
                metByAll &= bits
            }
            for rule in block.rules
            where rule.any & ~met == 0 && rule.all & ~metByAll == 0 && rule.none & met == 0 {
                return rule.state
            }
        }
        return nil
    }
}
