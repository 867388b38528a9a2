internal import CXML

/// A document to be read by XPath: libxml2's tree, parsed with the same limits and refusals as `XMLDocument`.
///
/// It belongs to one thread at a time, as its evaluation context does; hence it is not `Sendable`.
@safe package final class XPathDocument {
    /// Operations of one evaluation, beyond which it is given up: roughly, nodes visited.
    package static let operationsMax: UInt64 = 5_000_000

    private let dom: OpaquePointer

    /// Parses a whole document, within the limits.
    package convenience init(parsing bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) {
        try self.init(parsing: bytes.span, limits: limits)
    }

    /// Parses a whole document, within the limits; the bytes are not needed afterward.
    package init(parsing bytes: Span<UInt8>, limits: XMLLimits = XMLLimits()) throws(XMLError) {
        var error = unsafe cxml_error()
        var limits = limits.forC
        let dom = unsafe bytes.withUnsafeBytes { buffer in
            unsafe cxml_dom_parse(buffer.baseAddress, buffer.count, &limits, &error)
        }
        guard let dom = unsafe dom else { throw unsafe XMLError(error) }
        unsafe self.dom = dom
    }

    deinit {
        unsafe cxml_dom_free(dom)
    }

    /// The outermost element; every document has one.
    package var root: XPathNode { unsafe XPathNode(document: self, pointer: cxml_dom_root(dom)) }

    /// Evaluates an expression at a node and hands the result to the closure.
    func evaluate<Result>(
        _ expression: XPathExpression,
        at node: OpaquePointer,
        operationsMax: UInt64,
        _ body: (OpaquePointer) -> Result
    ) throws(XMLError) -> Result {
        unsafe try expression.withCompiled { (compiled) throws(XMLError) -> Result in
            var error = unsafe cxml_error()
            let result = unsafe cxml_xpath_evaluate(compiled, dom, node, operationsMax, &error)
            guard let result = unsafe result else { throw unsafe XMLError(error) }
            defer { unsafe cxml_xpath_result_free(result) }
            return unsafe body(result)
        }
    }
}
