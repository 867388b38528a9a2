package import Orders

/// The tree that an order's lines form, and what lies above each line.
package struct LineStructure: Sendable {
    private let lines: [LineID: OrderLine]
    private let bundleTypes: Set<String>
    private let offerTypes: Set<String>

    /// The granularity key of lines that are under no bundle.
    package static let noBundleKey = "ALL_OFFERS_AND_NON_SERVICE_BILLING/BundleGranularity"

    package init(order: Order, catalog: FulfillmentCatalog) {
        lines = Dictionary(order.lines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        bundleTypes = catalog.bundleTypes
        offerTypes = catalog.offerTypes
    }

    package func line(_ id: LineID) -> OrderLine? { lines[id] }

    /// The line itself or the nearest one above it whose type is among these.
    private func nearest(_ line: OrderLine, types: Set<String>) -> LineID? {
        var current: OrderLine? = line
        var steps = 0
        while let here = current, steps <= lines.count {
            if let type = here.type, types.contains(type) { return here.id }
            current = here.parents.first.flatMap { lines[$0] }
            steps += 1
        }
        return nil
    }

    package func bundle(of line: OrderLine) -> LineID? { nearest(line, types: bundleTypes) }

    /// Lines with equal keys travel together.
    package func granularityKey(_ granularity: Granularity, line: OrderLine, subject: ConditionSubject) -> String {
        switch granularity {
        case .order: "WholeOrder"
        case .bundle: bundle(of: line).map { "\($0)/BundleGranularity" } ?? Self.noBundleKey
        case .offer: nearest(line, types: offerTypes).map { "\($0)/OfferGranularity" } ?? "WholeOrder"
        case .line: "\(line.id)/LineGranularity"
        case .property(let name): "\(subject.value(name) ?? "NONE")/\(name)"
        }
    }
}
