import Fulfillment
import Orders

/// What components wait for, for people: by the numbers under which a tree shows them.
struct AwaitedNumbers {
    /// Components of a group that are named one by one.
    private static let shownMax = 12

    /// A wait for one component, or for a group of many.
    private struct Entry {
        /// By which it is sorted.
        var number: Int
        var name: String
        /// What is said of it in brackets.
        var remarks: [String]
    }

    private let tree: DependencyTree
    private let groups: [ComponentGroup]?
    /// Groups that are told by their first and last numbers.
    private var long: [Entry?] = []

    init(_ components: [PlannedComponent], groups: [ComponentGroup]?, in tree: DependencyTree) {
        self.tree = tree
        self.groups = groups
        let functions = Dictionary(components.map { ($0.id, $0.function) }) { first, _ in first }
        long = (groups ?? []).map { group in
            guard group.components.count > Self.shownMax else { return nil }
            // Some may be of an earlier revision, and not be shown.
            let numbers = group.components.map(tree.number).filter { $0 > 0 }.sorted()
            guard numbers.count > Self.shownMax else { return nil }
            let isGapless = numbers.indices.dropFirst().allSatisfy { numbers[$0] == numbers[$0 - 1] + 1 }
            let names = Set(group.components.compactMap { functions[$0]?.rawValue }).sorted()
            return Entry(
                number: numbers[0],
                name: "#\(numbers[0])\(isGapless ? "-" : " … ")#\(numbers[numbers.count - 1])",
                remarks: ["\(numbers.count) x \(NameList.text(names, shownMax: 2))"]
            )
        }
    }

    /// What a component waits for, but for those `above` of which there is no more to say.
    func texts(of component: PlannedComponent, above: Set<Int> = []) -> [String] {
        let entries = component.dependsOn.flatMap { dependency -> [Entry] in
            let remarks = dependency.remarks.isEmpty ? [] : [dependency.remarks]
            if case .group(let number) = dependency.target, long.indices.contains(number),
                var entry = long[number]
            {
                entry.remarks += remarks
                return [entry]
            }
            return dependency.components(of: groups).map(tree.number)
                .filter { !remarks.isEmpty || !above.contains($0) }
                .map { Entry(number: $0, name: "#\($0)", remarks: remarks) }
        }
        return entries.sorted { $0.number < $1.number }
            .map { $0.name + ($0.remarks.isEmpty ? "" : " (\($0.remarks.joined(separator: ", ")))") }
            .uniqued
    }
}
