// Reading single nodes: the value, or `nil` and a problem at the node's place.
extension Problems {
    /// Texts longer than this are no names, expressions or descriptions.
    static let textBytesMax = 8192

    func text(_ node: YAMLNode, _ what: String) -> String? {
        guard let text = node.scalar else {
            error(node.place, "\(what) is \(node.kind)", "it must be a text")
            return nil
        }
        guard text.utf8.count <= Self.textBytesMax else {
            error(node.place, "\(what) is longer than \(Self.textBytesMax) bytes", "shorten it")
            return nil
        }
        return text
    }

    func integer(_ node: YAMLNode, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = node.scalar, let number = Int(text) else {
            let found = node.scalar.map { "'\($0)'" } ?? node.kind
            error(node.place, "\(what) is \(found)", "it must be a whole number")
            return nil
        }
        guard range.contains(number) else {
            error(
                node.place,
                "\(what) is \(number)",
                "it must be from \(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        return number
    }

    func number(_ node: YAMLNode, _ what: String) -> Double? {
        guard let number = node.scalar.flatMap(Double.init), number.isFinite else {
            error(
                node.place,
                "\(what) is \(node.scalar.map { "'\($0)'" } ?? node.kind)",
                "it must be a number"
            )
            return nil
        }
        return number
    }

    func boolean(_ node: YAMLNode, _ what: String) -> Bool? {
        switch node.scalar {
        case "true": return true
        case "false": return false
        default:
            error(
                node.place,
                "\(what) is \(node.scalar.map { "'\($0)'" } ?? node.kind)",
                "it must be true or false"
            )
            return nil
        }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ node: YAMLNode, _ what: String) -> Choice?
    where Choice.RawValue == String {
        guard let text = text(node, what) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        let meant = NearestName.nearest(to: text, among: known).map { "did you mean '\($0)'?" }
        error(node.place, "\(what) is '\(text)'", meant ?? "it may be \(known.joined(separator: ", "))")
        return nil
    }

    func items(_ node: YAMLNode, _ what: String) -> [YAMLNode] {
        guard case .list(let items) = node.content else {
            error(node.place, "\(what) is \(node.kind)", "it must be a list")
            return []
        }
        return items
    }

    func texts(_ node: YAMLNode, _ what: String) -> [(text: String, place: Place)] {
        if let text = node.scalar { return [(text, node.place)] }
        return items(node, what).compactMap { item in
            text(item, "an item in \(what)").map { ($0, item.place) }
        }
    }

    func mapping(_ node: YAMLNode, _ what: String) -> [YAMLEntry] {
        guard let entries = node.isNull ? [] : node.entries else {
            error(node.place, "\(what) is \(node.kind)", "it must be a mapping of names")
            return []
        }
        return Fields.unique(entries, in: what, problems: self)
    }

    func milliseconds(_ node: YAMLNode, _ what: String) -> Int64? {
        guard let text = text(node, what) else { return nil }
        guard let duration = DurationText.milliseconds(text) else {
            error(
                node.place,
                "\(what) is '\(text)'",
                "write an ISO 8601 duration, such as PT30M, P2D or PT0.5S"
            )
            return nil
        }
        return duration
    }
}
