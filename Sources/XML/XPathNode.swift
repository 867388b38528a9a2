internal import CXML

/// An element, attribute or text of an `XPathDocument`.
@safe package struct XPathNode {
    package let document: XPathDocument
    private let pointer: OpaquePointer

    init(document: XPathDocument, pointer: OpaquePointer) {
        self.document = document
        unsafe self.pointer = pointer
    }

    /// The local name of an element or attribute, without prefix; empty for text.
    package var name: String {
        let name = unsafe cxml_dom_node_name(pointer)
        return unsafe String(bytes: name.local, count: name.local_length)
    }

    /// The namespace of an element or attribute, empty when there is none.
    package var namespace: String {
        let name = unsafe cxml_dom_node_name(pointer)
        return unsafe String(bytes: name.space, count: name.space_length)
    }

    /// The string value (all text inside, as XPath has it), without white space at both ends.
    package var value: String { unsafe Self.takeString(cxml_dom_node_value(pointer)) ?? "" }

    /// The line, from 1; 0 when libxml2 does not know it.
    package var line: Int { Int(unsafe cxml_dom_node_line(pointer)) }

    /// Whether this is an element, not an attribute or text.
    package var isElement: Bool { unsafe cxml_dom_node_is_element(pointer) }

    /// The element around this node.
    package var parent: XPathNode? {
        unsafe cxml_dom_node_parent(pointer).map { unsafe XPathNode(document: document, pointer: $0) }
    }

    /// The elements directly inside this one, in order.
    package var children: [XPathNode] {
        var children: [XPathNode] = []
        var next = unsafe cxml_dom_node_first_child(pointer)
        while let child = unsafe next {
            unsafe children.append(XPathNode(document: document, pointer: child))
            unsafe next = cxml_dom_node_next_sibling(child)
        }
        return children
    }

    /// The value of an attribute of that local name and namespace (none by default), or `nil`.
    package func attribute(_ local: String, in namespace: String = "") -> String? {
        let space = namespace.isEmpty ? nil : namespace
        return unsafe Self.takeString(cxml_dom_node_attribute(pointer, local, space), trimming: false)
    }

    /// This element with everything inside as text that stands on its own, as `XMLElement.serialized` gives
    /// it.
    package func serialized(prefixes: [String: String] = [:]) throws(XMLError) -> String {
        var error = unsafe cxml_error()
        guard let tree = unsafe cxml_dom_node_flatten(pointer, &error) else { throw unsafe XMLError(error) }
        return unsafe XMLDocument(owning: tree).root.serialized(prefixes: prefixes)
    }
}

extension XPathNode {
    /// The result as a string without white space at both ends; of several nodes, the first counts.
    package func string(
        _ expression: XPathExpression,
        operationsMax: UInt64 = XPathDocument.operationsMax
    ) throws(XMLError) -> String {
        unsafe try evaluate(expression, operationsMax) {
            unsafe Self.takeString(cxml_xpath_result_string($0)) ?? ""
        }
    }

    /// The result as a string, or `nil` when it is empty or there is no such node.
    package func stringIfNotEmpty(
        _ expression: XPathExpression,
        operationsMax: UInt64 = XPathDocument.operationsMax
    ) throws(XMLError) -> String? {
        let string = try string(expression, operationsMax: operationsMax)
        return string.isEmpty ? nil : string
    }

    /// The result as a number, never for money; NaN when there is none.
    package func number(
        _ expression: XPathExpression,
        operationsMax: UInt64 = XPathDocument.operationsMax
    ) throws(XMLError) -> Double {
        unsafe try evaluate(expression, operationsMax) { unsafe cxml_xpath_result_number($0) }
    }

    /// The result as a boolean; of nodes, whether there is one.
    package func boolean(
        _ expression: XPathExpression,
        operationsMax: UInt64 = XPathDocument.operationsMax
    ) throws(XMLError) -> Bool {
        unsafe try evaluate(expression, operationsMax) { unsafe cxml_xpath_result_boolean($0) }
    }

    /// The nodes of the result in document order; `nil` when the result is a string, number or boolean.
    package func nodes(
        _ expression: XPathExpression,
        operationsMax: UInt64 = XPathDocument.operationsMax
    ) throws(XMLError) -> [XPathNode]? {
        let document = document
        return unsafe try evaluate(expression, operationsMax) { result in
            guard unsafe cxml_xpath_result_is_node_set(result) else { return nil }
            return unsafe (0..<cxml_xpath_result_node_count(result)).compactMap { index in
                unsafe cxml_xpath_result_node(result, index).map {
                    unsafe XPathNode(document: document, pointer: $0)
                }
            }
        }
    }

    private func evaluate<Result>(
        _ expression: XPathExpression,
        _ operationsMax: UInt64,
        _ body: (OpaquePointer) -> Result
    ) throws(XMLError) -> Result {
        unsafe try document.evaluate(expression, at: pointer, operationsMax: operationsMax, body)
    }

    /// A string that the C side allocated, as one of ours.
    private static func takeString(_ text: UnsafeMutablePointer<CChar>?, trimming: Bool = true) -> String? {
        guard let text = unsafe text else { return nil }
        defer { unsafe cxml_string_free(text) }
        let bytes = unsafe UnsafeRawBufferPointer(UnsafeBufferPointer(start: text, count: length(text)))
        return unsafe String(decoding: trimming ? XMLElement.trimmed(bytes) : bytes, as: UTF8.self)
    }

    private static func length(_ text: UnsafePointer<CChar>) -> Int {
        var length = 0
        while unsafe text[length] != 0 { length += 1 }
        return length
    }
}
