internal import CXML

extension XMLElement {
    /// This element with everything inside as text that stands on its own.
    ///
    /// All namespaces are declared at the top: with the prefix that `prefixes` gives for a namespace, else
    /// with `ns0`, `ns1` and so on. Names, attributes, text and their order are kept; comments and processing
    /// instructions are not. A prefix inside the value of `xsi:type` is carried over, prefixes in other
    /// values are not known to be such.
    package func serialized(prefixes: [String: String] = [:]) -> String {
        var writer = XMLWriter(reservingBytes: 1024)
        serialize(into: &writer, prefixes: prefixes)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// Writes what `serialized` gives to a writer, without the detour over a string.
    package func serialize(into writer: inout XMLWriter, prefixes: [String: String] = [:]) {
        var fragment = XMLFragment(top: self, prefixes: prefixes)
        fragment.collectNamespaces()
        fragment.write(self, to: &writer)
    }
}

/// The writing of one subtree, with the prefixes found for it.
private struct XMLFragment {
    private static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
    private static let xml = "http://www.w3.org/XML/1998/namespace"

    let top: XMLElement
    var wishes: [String: String] = [:]
    /// The namespaces in the order in which they came up, with their prefixes.
    var declared: [(namespace: String, prefix: String)] = []
    var prefixOfNamespace: [String: String] = [:]
    var hasElementWithoutNamespace = false
    var qualifiedNames: [UInt32: String] = [:]
    /// Prefixes that generated ones must not be equal to.
    var taken: Set<String> = ["xml", "xmlns"]

    init(top: XMLElement, prefixes: [String: String]) {
        self.top = top
        // Two namespaces that wish for one prefix: the first in order keeps it, whatever order the dictionary
        // has.
        for (namespace, prefix) in prefixes.sorted(by: { $0.key < $1.key }) where Self.isPrefix(prefix) {
            if taken.insert(prefix).inserted { wishes[namespace] = prefix }
        }
    }

    private static func isPrefix(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, XMLEscaping.isNameStart(first) else { return false }
        return text.unicodeScalars.allSatisfy(XMLEscaping.isNameCharacter)
            && !text.lowercased().hasPrefix("xml")
    }

    private var document: XMLDocument { top.document }

    /// The index after the last element inside the top one: a subtree stands in one piece.
    private var endIndex: UInt32 {
        var element: XMLElement? = top
        while let current = element {
            let next = unsafe current.node.pointee.next_sibling
            if next != 0 { return next }
            element = current.parent
        }
        return unsafe document.tree.pointee.node_count
    }

    mutating func collectNamespaces() {
        for index in top.index..<endIndex {
            let element = XMLElement(document: document, index: index)
            let number = unsafe element.node.pointee.name
            if unsafe document.parts(ofName: number).namespace.isEmpty { hasElementWithoutNamespace = true }
            qualify(number)
            for attribute in element.attributeIndices {
                let record = element.attributeRecord(attribute)
                qualify(record.name)
                if let target = typeNamespace(of: record, in: element) { _ = prefix(for: target.namespace) }
            }
        }
    }

    private mutating func qualify(_ number: UInt32) {
        guard qualifiedNames[number] == nil else { return }
        let parts = unsafe document.parts(ofName: number)
        let local = unsafe String(decoding: parts.local, as: UTF8.self)
        let namespace = unsafe String(decoding: parts.namespace, as: UTF8.self)
        qualifiedNames[number] = namespace.isEmpty ? local : "\(prefix(for: namespace)):\(local)"
    }

    private mutating func prefix(for namespace: String) -> String {
        if namespace == Self.xml { return "xml" }
        if let known = prefixOfNamespace[namespace] { return known }
        var prefix = wishes[namespace]
        var number = 0
        while prefix == nil {
            let candidate = "ns\(number)"
            if taken.insert(candidate).inserted { prefix = candidate }
            number += 1
        }
        let chosen = prefix ?? "ns"
        prefixOfNamespace[namespace] = chosen
        declared.append((namespace, chosen))
        return chosen
    }

    /// What a value of `xsi:type` names, when it has a namespace.
    private func typeNamespace(
        of record: cxml_attribute,
        in element: XMLElement
    ) -> (namespace: String, local: Substring)? {
        guard document.isName(record.name, local: "type", namespace: Self.schemaInstance) else { return nil }
        let value = document.string(record.value).trimmedOfXMLWhiteSpace
        let parts = value.split(separator: ":", omittingEmptySubsequences: false)
        guard let local = parts.last, parts.count <= 2 else { return nil }
        let prefix = parts.count == 2 ? parts[0] : ""
        guard let namespace = element.namespace(forPrefix: prefix), !namespace.isEmpty else { return nil }
        return (namespace, local)
    }

    func write(_ element: XMLElement, to writer: inout XMLWriter) {
        let node = unsafe element.node.pointee
        writer.open(named: qualifiedNames[node.name] ?? element.name)
        if element.index == top.index {
            if hasElementWithoutNamespace { writer.namespace(prefix: "", uri: "") }
            for (namespace, prefix) in declared { writer.namespace(prefix: prefix, uri: namespace) }
        }
        for attribute in element.attributeIndices {
            let record = element.attributeRecord(attribute)
            var value = document.string(record.value)
            if let target = typeNamespace(of: record, in: element),
                let prefix = target.namespace == Self.xml ? "xml" : prefixOfNamespace[target.namespace]
            {
                value = "\(prefix):\(target.local)"
            }
            writer.attribute(named: qualifiedNames[record.name] ?? "_", value)
        }
        unsafe writer.text(document.bytes(node.text).assumingMemoryBound(to: UInt8.self))
        for child in element.children {
            write(child, to: &writer)
            unsafe writer.text(document.bytes(child.node.pointee.tail).assumingMemoryBound(to: UInt8.self))
        }
        writer.close()
    }
}
