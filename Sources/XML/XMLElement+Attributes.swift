internal import CXML

/// An attribute of an element; namespace declarations are none.
package struct XMLAttribute: Sendable, Hashable {
    /// The local name, without prefix.
    package var name: String
    /// The namespace, empty when there is none.
    package var namespace: String
    /// The value, as the parser normalized it.
    package var value: String
}

extension XMLElement {
    /// The value of the attribute of that name, or `nil`.
    package func attribute(_ name: XMLName) -> String? {
        attributeIndices.first { document.isName(attributeRecord($0).name, name) }
            .map { document.string(attributeRecord($0).value) }
    }

    /// The value of the attribute of that local name and namespace (none by default), or `nil`.
    package func attribute(_ local: String, in namespace: String = "") -> String? {
        attributeIndices.first {
            document.isName(attributeRecord($0).name, local: local, namespace: namespace)
        }
        .map { document.string(attributeRecord($0).value) }
    }

    /// All attributes, in order.
    package var attributes: [XMLAttribute] {
        attributeIndices.map { index in
            let record = attributeRecord(index)
            let parts = unsafe document.parts(ofName: record.name)
            return unsafe XMLAttribute(
                name: String(decoding: parts.local, as: UTF8.self),
                namespace: String(decoding: parts.namespace, as: UTF8.self),
                value: document.string(record.value)
            )
        }
    }

    /// Whether there is any.
    package var hasAttributes: Bool { unsafe node.pointee.attribute_count != 0 }

    /// The attributes that have no namespace, without the one of that name, in order.
    package func attributesWithoutNamespace(except excluded: XMLName) -> [XMLAttribute] {
        attributeIndices.compactMap { index in
            let record = attributeRecord(index)
            if document.isName(record.name, excluded) { return nil }
            let parts = unsafe document.parts(ofName: record.name)
            guard unsafe parts.namespace.isEmpty else { return nil }
            return unsafe XMLAttribute(
                name: String(decoding: parts.local, as: UTF8.self),
                namespace: "",
                value: document.string(record.value)
            )
        }
    }

    /// Where the tree's records of the attributes stand.
    var attributeIndices: Range<Int> {
        let first = Int(unsafe node.pointee.first_attribute)
        return first..<first + Int(unsafe node.pointee.attribute_count)
    }

    /// The tree's record of an attribute.
    func attributeRecord(_ index: Int) -> cxml_attribute {
        unsafe document.tree.pointee.attributes[index]
    }

    /// The namespace that a prefix (empty: the default) stands for at this element, or `nil` when it is not
    /// declared.
    func namespace(forPrefix prefix: Substring) -> String? {
        var element: XMLElement? = self
        while let current = element {
            let node = unsafe current.node.pointee
            let first = Int(node.first_declaration)
            for index in first..<first + Int(node.declaration_count) {
                let declaration = unsafe document.tree.pointee.declarations[index]
                if unsafe document.bytes(declaration.prefix).elementsEqual(prefix.utf8) {
                    return document.string(declaration.space)
                }
            }
            element = current.parent
        }
        return nil
    }
}
