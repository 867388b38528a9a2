package import Orders

/// An order or a line, arrived or valid, whose values a ``Translation`` finds by name.
package protocol TranslatablePart {
    static var scope: Translation.Scope { get }
    /// The value of one of the scope's fields.
    func field(_ name: String) -> String?
    mutating func setField(_ name: String, to value: String)
    var properties: [String: String] { get set }
    var attributes: [LineAttribute] { get set }
}

extension TranslatablePart {
    /// The values that a name stands for, each under the key that a ``Wording`` has for it.
    ///
    /// Looked up as conditions do: a field, else the property of that path, else those whose paths end in it, else
    /// the attributes of that name.
    func values(named name: String) -> [(key: String, value: String)] {
        if Self.scope.fields.contains(name) { return field(name).map { [(name, $0)] } ?? [] }
        if let value = properties[name] { return [(name, value)] }
        let suffix = "/" + name
        let found = properties.filter { $0.key.hasSuffix(suffix) }
        if !found.isEmpty { return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
        // An empty attribute is none.
        return zip(attributeKeys, attributes).filter { $1.name == name && !$1.value.isEmpty }.map {
            ($0, $1.value)
        }
    }

    /// The value under a wording's key.
    package func value(forKey key: String) -> String? {
        if Self.scope.fields.contains(key) { return field(key) }
        if let value = properties[key] { return value }
        return attributeKeys.firstIndex(of: key).map { attributes[$0].value }
    }

    /// Puts other words in the place of those under these keys.
    package mutating func replace(_ words: [String: String]) {
        for (key, word) in words {
            if Self.scope.fields.contains(key) {
                setField(key, to: word)
            } else if properties[key] != nil {
                properties[key] = word
            } else if let index = attributeKeys.firstIndex(of: key) {
                attributes[index].value = word
            }
        }
    }

    private var attributeKeys: [String] {
        var seen: [String: Int] = [:]
        return attributes.map { attribute in
            let count = seen[attribute.name, default: 0] + 1
            seen[attribute.name] = count
            return count == 1 ? attribute.name : "\(attribute.name)#\(count)"
        }
    }
}

extension OrderDraft: TranslatablePart {
    package static var scope: Translation.Scope { .order }
    package var attributes: [LineAttribute] {
        get { [] }
        set {}  // Only lines have attributes.
    }

    package func field(_ name: String) -> String? {
        switch name {
        case "mode": mode
        case "priority": priority
        case "type": type
        case "source": source
        case "account": accountID
        default: nil
        }
    }

    package mutating func setField(_ name: String, to value: String) {
        switch name {
        case "mode": mode = value
        case "priority": priority = value
        case "type": type = value
        case "source": source = value
        case "account": accountID = value
        default: break
        }
    }
}

extension LineDraft: TranslatablePart {
    package static var scope: Translation.Scope { .line }

    package func field(_ name: String) -> String? {
        switch name {
        case "action": action
        case "productClass": productClass
        case "type": type
        case "name": self.name
        default: nil
        }
    }

    package mutating func setField(_ name: String, to value: String) {
        switch name {
        case "action": action = value
        case "productClass": productClass = value
        case "type": type = value
        case "name": self.name = value
        default: break
        }
    }
}

extension Order: TranslatablePart {
    package static var scope: Translation.Scope { .order }
    package var attributes: [LineAttribute] {
        get { [] }
        set {}  // Only lines have attributes.
    }

    package func field(_ name: String) -> String? {
        switch name {
        case "mode": mode.rawValue
        case "priority": String(priority.value)
        case "type": type
        case "source": source
        case "account": accountID
        default: nil
        }
    }

    /// The priority stays the number that it is here: other words for it are for whoever writes them.
    package mutating func setField(_ name: String, to value: String) {
        switch name {
        case "mode": mode = ModeName(rawValue: value)
        case "type": type = value
        case "source": source = value
        case "account": accountID = value
        default: break
        }
    }

    /// The order as another side words it, but for priority and actions.
    package func worded(_ wording: Wording?) -> Order {
        guard let wording, !wording.isEmpty else { return self }
        var order = self
        order.replace(wording.order)
        guard !wording.lines.isEmpty else { return order }
        for index in order.lines.indices { order.lines[index].replace(wording[order.lines[index].id]) }
        return order
    }
}

extension OrderLine: TranslatablePart {
    package static var scope: Translation.Scope { .line }

    package func field(_ name: String) -> String? {
        switch name {
        case "action": action.rawValue
        case "productClass": productClass
        case "type": type
        case "name": self.name
        default: nil
        }
    }

    /// The action stays what it is here: other words for it are for whoever writes them.
    package mutating func setField(_ name: String, to value: String) {
        switch name {
        case "productClass": productClass = value
        case "type": type = value
        case "name": self.name = value
        default: break
        }
    }
}
