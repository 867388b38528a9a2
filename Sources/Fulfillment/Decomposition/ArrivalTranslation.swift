package import Orders

/// Translates an order that arrived, as a whole, from its sender's words into ours.
struct ArrivalTranslation {
    private(set) var draft: OrderDraft
    /// Keyed by the lines' ids, which the order's validation has yet to judge.
    private(set) var sentAs = Wording()
    /// One for each value that a map refuses; it stays as it came.
    private(set) var failures: [Failure] = []

    init(_ translations: [Translation], of draft: OrderDraft, linesMax: Int) {
        self.draft = draft
        let order = PartTranslation(translations, of: draft)
        self.draft.replace(order.words)
        sentAs.order = order.formerWords
        for refusal in order.refusals { failures.append(Failure(refusal, line: nil)) }
        // An order with more lines is refused for its size.
        guard draft.lines.count <= linesMax, translations.contains(where: { $0.scope == .line }) else {
            return
        }
        for (index, line) in draft.lines.enumerated() {
            let translation = PartTranslation(translations, of: line)
            let id = LineID(rawValue: line.id ?? "#\(index + 1)")
            for refusal in translation.refusals { failures.append(Failure(refusal, line: id)) }
            guard !translation.changes.isEmpty else { continue }
            self.draft.lines[index].replace(translation.words)
            sentAs.lines[id.rawValue] = translation.formerWords
        }
    }
}

extension FulfillmentCatalog {
    /// The priority of an order that was not validated yet; the standard one where it names none from 0 to 9.
    package func priority(of draft: OrderDraft) -> OrderPriority {
        let named = PartTranslation(translations, of: draft).words["priority"] ?? draft.priority
        return named.flatMap { Int($0) }.flatMap { OrderPriority($0) } ?? .standard
    }

    /// The type and the mode of an order that was not validated yet, in our words.
    func typeAndMode(of draft: OrderDraft) -> [String] {
        let words = PartTranslation(translations, of: draft).words
        return [words["type"] ?? draft.type, words["mode"] ?? draft.mode].compactMap { $0 }
    }
}
