/// A YAML document as plain values that know their place.
struct YAMLNode: Sendable, Hashable {
    indirect enum Content: Sendable, Hashable {
        /// Nothing, `~` or `null`.
        case null
        case scalar(String)
        case list([YAMLNode])
        case mapping([YAMLEntry])
    }

    var content: Content
    var place: Place

    var isNull: Bool { content == .null }

    /// What it is, for messages.
    var kind: String {
        switch content {
        case .null: "empty"
        case .scalar: "a text"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The text of a scalar.
    var scalar: String? {
        guard case .scalar(let text) = content else { return nil }
        return text
    }

    /// The entries of a mapping.
    var entries: [YAMLEntry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }
}

/// One key of a mapping with its value.
struct YAMLEntry: Sendable, Hashable {
    var key: String
    var place: Place
    var value: YAMLNode
}
