internal import CXML

/// An element of a document: a position in its tree, cheap to copy.
package struct XMLElement: Sendable {
    package let document: XMLDocument
    let index: UInt32

    init(document: XMLDocument, index: UInt32) {
        self.document = document
        self.index = index
    }

    /// The element at an index that may be none.
    init?(document: XMLDocument, orNone index: UInt32) {
        guard index != 0 else { return nil }
        self.init(document: document, index: index)
    }

    /// The tree's record of this element.
    var node: UnsafePointer<cxml_node> { unsafe document.nodes + Int(index) }

    /// The local name, without prefix.
    package var name: String {
        unsafe String(decoding: document.parts(ofName: node.pointee.name).local, as: UTF8.self)
    }

    /// The namespace, empty when there is none.
    package var namespace: String {
        unsafe String(decoding: document.parts(ofName: node.pointee.name).namespace, as: UTF8.self)
    }

    /// The name as one of the vocabulary, or `nil` when there is no such name in it.
    package var vocabularyName: XMLName? { document.vocabularyName(unsafe node.pointee.name) }

    /// Whether this is an element of that name.
    package func hasName(_ name: XMLName) -> Bool {
        document.isName(unsafe node.pointee.name, name)
    }

    /// Whether this is an element of that name, for names that are known only at run time.
    package func hasName(_ local: String, in namespace: String) -> Bool {
        document.isName(unsafe node.pointee.name, local: local, namespace: namespace)
    }

    /// The element around this one.
    package var parent: XMLElement? { XMLElement(document: document, orNone: unsafe node.pointee.parent) }

    /// The line of the start tag, from 1.
    package var line: Int { Int(unsafe node.pointee.line) }

    /// The column of the start tag in characters, from 1; counted when asked for.
    package var column: Int {
        var line: UInt32 = 0
        var column: UInt32 = 0
        let tree = unsafe document.tree
        unsafe cxml_position(
            tree.pointee.source,
            Int(tree.pointee.source_length),
            Int(node.pointee.source_offset),
            &line,
            &column
        )
        return Int(column)
    }
}
