import Fulfillment
import Orders

/// What components wait for, for people: by the numbers under which a tree shows them.
struct AwaitedNumbers {
    /// Components of a group, or of which the same is said, that are named one by one.
    private static let shownMax = 12

    /// A wait for one component, or for a group of many.
    private struct Entry: Hashable {
        /// By which it is sorted.
        var number: Int
        var name: String
        /// What is said of it in brackets.
        var remarks: [String]
        /// Whether it is one component.
        var isSingle = false
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

    /// Many single ones whose numbers follow each other and of which the same is said become one.
    private static func withRuns(_ entries: [Entry]) -> [Entry] {
        var result: [Entry] = []
        var start = entries.startIndex
        while start < entries.endIndex {
            let first = entries[start]
            var end = start + 1
            while end < entries.endIndex, first.isSingle, entries[end].isSingle,
                entries[end].remarks == first.remarks, entries[end].number == entries[end - 1].number + 1
            {
                end += 1
            }
            if end - start > shownMax {
                result.append(
                    Entry(
                        number: first.number,
                        name: "\(first.name)-\(entries[end - 1].name)",
                        remarks: ["each of \(end - start)"] + first.remarks
                    )
                )
            } else {
                result += entries[start..<end]
            }
            start = end
        }
        return result
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
                .filter { $0 > 0 && (!remarks.isEmpty || !above.contains($0)) }
                .map { Entry(number: $0, name: "#\($0)", remarks: remarks, isSingle: true) }
        }
        return Self.withRuns(entries.sorted { $0.number < $1.number }.uniqued)
            .map { $0.name + ($0.remarks.isEmpty ? "" : " (\($0.remarks.joined(separator: ", ")))") }
    }
}
