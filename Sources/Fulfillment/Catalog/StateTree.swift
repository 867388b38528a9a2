package import Orders

/// The fulfillment states of a catalog: five roots the engine knows, and the catalog's own states below them.
///
/// States under one root are listed in the order in which work passes through them; a later one is never
/// overwritten by an earlier one.
package struct StateTree: Sendable, Hashable {
    /// The meaning of a state to the engine.
    package enum Root: String, Sendable, Hashable, Codable, CaseIterable {
        case open = "OPEN"
        case inProgress = "IN_PROGRESS"
        case complete = "COMPLETE"
        case failed = "FAILED"
        case cancelled = "CANCELLED"

        package var name: StateName { StateName(rawValue: rawValue) }
        /// How EBMs write it, with a space.
        package var code: String { self == .inProgress ? "IN PROGRESS" : rawValue }
    }

    /// A state's place in the tree.
    package struct Node: Sendable, Hashable {
        package var root: Root
        package var parent: StateName?
        /// Position among all states in the order of listing.
        package var rank: Int
        /// The state itself and those above it, so that a question costs one look into the tree.
        fileprivate var lineage: [StateName]
    }

    package private(set) var nodes: [StateName: Node]
    /// The same without what a copy would count references for: most questions are about these two.
    private var places: [StateName: Place]

    private struct Place: Sendable, Hashable {
        var root: Root
        var rank: Int
    }

    /// The five roots alone.
    package static let standard = StateTree()

    package init() {
        nodes = [:]
        places = [:]
        for root in Root.allCases {
            places[root.name] = Place(root: root, rank: nodes.count)
            nodes[root.name] = Node(root: root, parent: nil, rank: nodes.count, lineage: [root.name])
        }
    }

    /// Adds a state below one that is there.
    ///
    /// - Returns: Whether it was added; not when the name is taken or the parent is unknown.
    package mutating func add(_ name: StateName, below parent: StateName) -> Bool {
        guard nodes[name] == nil, let above = nodes[parent] else { return false }
        places[name] = Place(root: above.root, rank: nodes.count)
        nodes[name] = Node(
            root: above.root,
            parent: parent,
            rank: nodes.count,
            lineage: [name] + above.lineage
        )
        return true
    }

    package func root(of name: StateName) -> Root { place(of: name).root }
    package func rank(of name: StateName) -> Int { place(of: name).rank }

    private func place(of name: StateName) -> Place { places[name] ?? Place(root: .open, rank: -1) }

    /// A state and those above it, the root last; an unknown one stands alone.
    func lineage(of name: StateName) -> [StateName] { nodes[name]?.lineage ?? [name] }

    /// Whether a state is another one or lies below it.
    package func state(_ name: StateName, isWithin other: StateName) -> Bool {
        name == other || (nodes[name]?.lineage.contains(other) ?? false)
    }

    /// Whether work in a state has passed through another one: it is that state, below it, or later.
    package func state(_ state: StateName, hasReached other: StateName) -> Bool {
        if self.state(state, isWithin: other) { return true }
        let here = place(of: state)
        let there = place(of: other)
        return switch (here.root, there.root) {
        case (.inProgress, .inProgress), (.complete, .complete), (.open, .open): here.rank > there.rank
        case (.complete, .inProgress), (.complete, .open), (.inProgress, .open): true
        case (.open, _), (.inProgress, _), (.complete, _), (.failed, _), (.cancelled, _): false
        }
    }

    /// Whether a late or repeated report may change a state: work goes forward only, and what is done stays
    /// done.
    package func state(_ current: StateName, mayBecome next: StateName) -> Bool {
        guard current != next else { return false }
        let here = place(of: current)
        let there = place(of: next)
        return switch (here.root, there.root) {
        case (.open, .open), (.inProgress, .inProgress), (.complete, .complete): there.rank > here.rank
        case (.open, _): true
        case (.inProgress, .complete), (.inProgress, .failed), (.inProgress, .cancelled): true
        case (.inProgress, .open): false
        // The other system tells its fault more exactly, or repaired it.
        case (.failed, .failed), (.failed, .inProgress), (.failed, .complete), (.failed, .cancelled): true
        case (.failed, .open): false
        case (.complete, _), (.cancelled, _): false
        }
    }

    /// Whether work that is under way in a state has left another state of work behind.
    package func state(_ state: StateName, isBeyond other: StateName) -> Bool {
        let here = place(of: state)
        let there = place(of: other)
        return switch (here.root, there.root) {
        case (.inProgress, .inProgress): here.rank > there.rank
        case (.inProgress, .open): true
        case (.open, _), (.inProgress, _), (.complete, _), (.failed, _), (.cancelled, _): false
        }
    }

    /// The state of a whole whose parts are in these states: failed when any failed, else the least advanced
    /// of those not cancelled; cancelled only when all are.
    func leastAdvanced(_ states: [StateName]) -> StateName? {
        var least: StateName?
        var leastPlace = (5, 0)
        var previous: StateName?
        for state in states where state != least && state != previous {
            previous = state
            let place = place(of: state)
            if place.root == .failed { return state }
            // Cancelled parts hold nothing up, so they rank behind everything.
            let order =
                place.root == .open ? 0 : place.root == .inProgress ? 1 : place.root == .complete ? 2 : 3
            let here = (order, place.rank)
            if here < leastPlace {
                leastPlace = here
                least = state
            }
        }
        return least
    }

    /// The state with that name regardless of case and of space or underscore.
    package func named(_ text: String) -> StateName? {
        let exact = StateName(rawValue: text)
        if nodes[exact] != nil { return exact }
        let wanted = ExternalStatus.normalized(text)
        return nodes.keys.filter { ExternalStatus.normalized($0.rawValue) == wanted }.min()
    }
}

/// Compares status codes of different senders.
package enum ExternalStatus {
    /// Upper case, with every space as an underscore: `In Progress` is `IN_PROGRESS`.
    package static func normalized(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 != 32 && $0 < 128 && !($0 >= 97 && $0 <= 122) }) { return text }
        return String(decoding: text.uppercased().utf8.map { $0 == 32 ? 95 : $0 }, as: UTF8.self)
    }
}
