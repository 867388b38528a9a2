internal import Orders

/// Finds what the systems of a plan call the values they are told, before anything is sent to any of them.
///
/// What requests tell of an order is settled at its intake, so a value that a system's maps refuse is known then.
struct RequestWording {
    private let order: Order
    private let catalog: FulfillmentCatalog
    private let lineAt: [LineID: Int]
    private var ofOrder: [SystemName: [String: String]] = [:]
    private var ofLines: [SystemName: [LineID: [String: String]]] = [:]
    /// One for each value that a system's maps refuse, however many of its components tell it.
    private(set) var failures: [Failure] = []

    init(order: Order, catalog: FulfillmentCatalog) {
        self.order = order
        self.catalog = catalog
        lineAt = Dictionary(
            order.lines.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// - Returns: `nil` where the component's system calls everything as it is called here.
    mutating func wording(of component: PlannedComponent) -> Wording? {
        guard let system = catalog.systems[component.system], !system.translations.isEmpty else { return nil }
        var wording = Wording(order: orderWords(system))
        for id in component.lines {
            let words = lineWords(id, system)
            if !words.isEmpty { wording.lines[id.rawValue] = words }
        }
        return wording.isEmpty ? nil : wording
    }

    private mutating func orderWords(_ system: FulfillmentSystem) -> [String: String] {
        if let known = ofOrder[system.name] { return known }
        var asked = order
        if let mode = system.requestMode { asked.mode = mode }
        let translation = PartTranslation(system.translations, of: asked)
        for refusal in translation.refusals {
            failures.append(Failure(refusal, line: nil, neededBy: system.name))
        }
        ofOrder[system.name] = translation.words
        return translation.words
    }

    private mutating func lineWords(_ id: LineID, _ system: FulfillmentSystem) -> [String: String] {
        if let known = ofLines[system.name]?[id] { return known }
        guard let index = lineAt[id] else { return [:] }
        let translation = PartTranslation(system.translations, of: order.lines[index])
        for refusal in translation.refusals {
            failures.append(Failure(refusal, line: id, neededBy: system.name))
        }
        ofLines[system.name, default: [:]][id] = translation.words
        return translation.words
    }
}
