internal import CXML

/// A parsed document: one flat tree that is never changed, freed with the last reference to it.
///
/// Comments and processing instructions are left out; CDATA is text; a document type declaration is refused.
@safe package final class XMLDocument: @unchecked Sendable {
    // Sendable: the tree is complete when `init` returns and nothing writes to it until `deinit`, which has
    // the only reference left.
    let tree: UnsafePointer<cxml_document>
    let nodes: UnsafePointer<cxml_node>

    /// Parses a whole document, within the limits.
    package convenience init(parsing bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) {
        try self.init(parsing: bytes.span, limits: limits)
    }

    /// Parses a whole document, within the limits; the bytes are not needed afterward.
    package convenience init(parsing bytes: Span<UInt8>, limits: XMLLimits = XMLLimits()) throws(XMLError) {
        var error = unsafe cxml_error()
        var limits = limits.forC
        let tree = unsafe bytes.withUnsafeBytes { buffer in
            unsafe cxml_document_parse(buffer.baseAddress, buffer.count, &limits, &error)
        }
        guard let tree = unsafe tree else { throw unsafe XMLError(error) }
        unsafe self.init(owning: tree)
    }

    /// Takes over a tree that the C side built.
    init(owning tree: UnsafePointer<cxml_document>) {
        unsafe self.tree = tree
        unsafe self.nodes = tree.pointee.nodes
    }

    deinit {
        unsafe cxml_document_free(tree)
    }

    /// The outermost element; every document has one.
    package var root: XMLElement { XMLElement(document: self, index: 1) }

    /// How many elements there are.
    package var elementCount: Int { Int(unsafe tree.pointee.node_count) - 1 }
}

extension XMLDocument {
    /// Text of the document as bytes; valid while the document lives.
    func bytes(_ range: cxml_range) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: tree.pointee.text + Int(range.offset), count: Int(range.length))
    }

    func string(_ range: cxml_range) -> String {
        unsafe String(decoding: bytes(range), as: UTF8.self)
    }

    /// The bytes of a name's two parts.
    func parts(
        ofName number: UInt32
    ) -> (namespace: UnsafeRawBufferPointer, local: UnsafeRawBufferPointer) {
        if number & CXML_OWN_NAME == 0 {
            let name = unsafe cxml_name_get(number)
            return unsafe (
                UnsafeRawBufferPointer(start: name.space, count: Int(name.space_length)),
                UnsafeRawBufferPointer(start: name.local, count: Int(name.local_length))
            )
        }
        let name = unsafe tree.pointee.own_names[Int(number & ~CXML_OWN_NAME)]
        return unsafe (bytes(name.space), bytes(name.local))
    }

    /// Whether a name of this document is that name of the vocabulary.
    func isName(_ number: UInt32, _ name: XMLName) -> Bool {
        if number == name.number { return true }
        // Numbered by the document although in the table: only a name registered after the parse began.
        let mayHaveComeLater = unsafe name.number >= tree.pointee.known_name_end
        guard number & CXML_OWN_NAME != 0, mayHaveComeLater else { return false }
        return isName(number, local: name.local, namespace: name.namespace)
    }

    /// The vocabulary's name for a name of this document, if there is one by now.
    func vocabularyName(_ number: UInt32) -> XMLName? {
        if number & CXML_OWN_NAME == 0 { return XMLName(number: number) }
        // Registered after the parse began, or not at all.
        guard unsafe cxml_name_end() > tree.pointee.known_name_end else { return nil }
        let own = unsafe tree.pointee.own_names[Int(number & ~CXML_OWN_NAME)]
        guard let text = unsafe tree.pointee.text else { return nil }
        let found = unsafe cxml_name_find(
            cxml_name(
                space: text + Int(own.space.offset),
                space_length: own.space.length,
                local: text + Int(own.local.offset),
                local_length: own.local.length
            )
        )
        return found == 0 ? nil : XMLName(number: found)
    }

    func isName(_ number: UInt32, local: String, namespace: String) -> Bool {
        let parts = unsafe parts(ofName: number)
        return unsafe parts.local.elementsEqual(local.utf8) && parts.namespace.elementsEqual(namespace.utf8)
    }
}
