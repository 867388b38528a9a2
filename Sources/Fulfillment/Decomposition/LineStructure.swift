package import Orders

/// The tree that an order's lines form, and what lies above each line.
package struct LineStructure: Sendable {
    private let lines: [OrderLine]
    private let position: [LineID: Int]
    /// For each line: the nearest bundle and offer, itself included.
    private let bundles: [LineID?]
    private let offers: [LineID?]

    /// The granularity key of lines that are under no bundle.
    package static let noBundleKey = "ALL_OFFERS_AND_NON_SERVICE_BILLING/BundleGranularity"

    package init(order: Order, catalog: FulfillmentCatalog) {
        let lines = order.lines
        let position = Dictionary(
            lines.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        let parents = lines.map { $0.parents.first.flatMap { position[$0] } }
        self.lines = lines
        self.position = position
        bundles = Self.nearest(lines, parents, types: catalog.bundleTypes)
        offers = Self.nearest(lines, parents, types: catalog.offerTypes)
    }

    /// For each line the first of these types on the way up, found once for every line on the way.
    private static func nearest(_ lines: [OrderLine], _ parents: [Int?], types: Set<String>) -> [LineID?] {
        var found = [LineID?](repeating: nil, count: lines.count)
        var isSettled = [Bool](repeating: false, count: lines.count)
        for start in lines.indices where !isSettled[start] {
            var path: [Int] = []
            var current: Int? = start
            var answer: LineID?
            // A line is settled as soon as it is on the path, so that even a cycle ends.
            while let here = current, !isSettled[here] {
                isSettled[here] = true
                path.append(here)
                current = parents[here]
            }
            if let current { answer = found[current] }
            for here in path.reversed() {
                if let type = lines[here].type, types.contains(type) { answer = lines[here].id }
                found[here] = answer
            }
        }
        return found
    }

    package func line(_ id: LineID) -> OrderLine? { position[id].map { lines[$0] } }

    package func bundle(of line: OrderLine) -> LineID? { position[line.id].flatMap { bundles[$0] } }

    /// Lines with equal keys travel together.
    package func granularityKey(
        _ granularity: Granularity,
        line: OrderLine,
        subject: ConditionSubject
    ) -> String {
        switch granularity {
        case .order: "WholeOrder"
        case .bundle: bundle(of: line).map { "\($0)/BundleGranularity" } ?? Self.noBundleKey
        case .offer: offer(of: line).map { "\($0)/OfferGranularity" } ?? "WholeOrder"
        case .line: "\(line.id)/LineGranularity"
        case .property(let name): "\(subject.value(name) ?? "NONE")/\(name)"
        }
    }

    private func offer(of line: OrderLine) -> LineID? { position[line.id].flatMap { offers[$0] } }
}
