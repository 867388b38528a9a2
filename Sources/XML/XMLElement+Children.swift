internal import CXML

extension XMLElement {
    /// The elements directly inside this one, in order.
    package var children: Children { Children(document: document, first: unsafe node.pointee.first_child) }

    /// Hands each element directly inside this one to a function, in order.
    ///
    /// For what is done with every message: a sequence would hold on to the document once for each element.
    package func forEachChild(_ body: (XMLElement) -> Void) {
        var index = unsafe node.pointee.first_child
        while index != 0 {
            body(XMLElement(document: document, index: index))
            index = unsafe document.nodes[Int(index)].next_sibling
        }
    }

    /// Whether there are elements inside.
    package var hasElements: Bool { unsafe node.pointee.first_child != 0 }

    /// The elements of one name directly inside this one, in order.
    package func children(_ name: XMLName) -> NamedChildren {
        NamedChildren(all: children, name: name)
    }

    /// How many elements are directly inside this one; no more than so many are counted.
    package func childCount(upTo most: Int) -> Int {
        var count = 0
        var index = unsafe node.pointee.first_child
        while index != 0, count < most {
            count += 1
            index = unsafe document.nodes[Int(index)].next_sibling
        }
        return count
    }

    /// The first element of that name directly inside this one.
    package func first(_ name: XMLName) -> XMLElement? {
        var index = unsafe node.pointee.first_child
        while index != 0 {
            let child = unsafe document.nodes + Int(index)
            if document.isName(unsafe child.pointee.name, name) {
                return XMLElement(document: document, index: index)
            }
            index = unsafe child.pointee.next_sibling
        }
        return nil
    }

    /// The first element of that name directly inside this one, for names that are known only at run time.
    package func first(_ local: String, in namespace: String) -> XMLElement? {
        children.first { $0.hasName(local, in: namespace) }
    }

    /// The element that a path of names leads to, the first at each step.
    package func descendant(_ path: XMLName...) -> XMLElement? {
        var element = self
        for name in path {
            guard let next = element.first(name) else { return nil }
            element = next
        }
        return element
    }

    /// Elements beside one another.
    package struct Children: Sequence, IteratorProtocol, Sendable {
        let document: XMLDocument
        private var index: UInt32

        init(document: XMLDocument, first: UInt32) {
            self.document = document
            index = first
        }

        package mutating func next() -> XMLElement? {
            guard let element = XMLElement(document: document, orNone: index) else { return nil }
            index = unsafe element.node.pointee.next_sibling
            return element
        }
    }

    /// Elements of one name beside one another.
    package struct NamedChildren: Sequence, IteratorProtocol, Sendable {
        var all: Children
        let name: XMLName

        package mutating func next() -> XMLElement? {
            while let element = all.next() {
                if element.hasName(name) { return element }
            }
            return nil
        }
    }
}
