import Testing

@testable import XML

/// An element as a value that can be compared: names, attributes, and text in its place between elements.
indirect enum Content: Equatable {
    case text(String)
    case element(namespace: String, name: String, attributes: [String: String], content: [Content])

    /// What a parsed element holds, white space included.
    init(_ element: XMLElement) {
        var content: [Content] = []
        func add(_ text: String) { if !text.isEmpty { content.append(.text(text)) } }
        add(element.rawText)
        for child in element.children {
            content.append(Content(child))
            add(child.rawTail)
        }
        var attributes: [String: String] = [:]
        for attribute in element.attributes {
            attributes["{\(attribute.namespace)}\(attribute.name)"] = attribute.value
        }
        self = .element(
            namespace: element.namespace,
            name: element.name,
            attributes: attributes,
            content: content
        )
    }
}

@Suite("Fragments") struct FragmentTests {
    private func firstChild(_ text: String) throws -> XMLElement {
        try #require(parse(text).root.children.first { _ in true })
    }

    /// The fragment of the first child, from both trees, which must agree.
    private func fragment(_ text: String, prefixes: [String: String] = [:]) throws -> String {
        let flat = try firstChild(text).serialized(prefixes: prefixes)
        let document = try XPathDocument(parsing: Array(text.utf8))
        let tree = try #require(document.root.children.first).serialized(prefixes: prefixes)
        #expect(flat == tree)
        return flat
    }

    @Test func declaresItsNamespacesAtTheTop() throws {
        let text = """
            <a xmlns="urn:a" xmlns:b="urn:b" xmlns:c="urn:c"><x b:y="1"><b:z>t</b:z><w xmlns=""/></x></a>
            """
        #expect(
            try fragment(text) == """
                <ns0:x xmlns="" xmlns:ns0="urn:a" xmlns:ns1="urn:b" ns1:y="1"><ns1:z>t</ns1:z><w/></ns0:x>
                """
        )
        #expect(
            try fragment(text, prefixes: ["urn:b": "common", "urn:c": "unused"]) == """
                <ns0:x xmlns="" xmlns:ns0="urn:a" xmlns:common="urn:b" common:y="1">\
                <common:z>t</common:z><w/></ns0:x>
                """
        )
    }

    @Test func prefixesThatCannotBeAreReplaced() throws {
        let text = "<a><x xmlns='urn:x'><y xmlns='urn:y'/><z xmlns='urn:z'/></x></a>"
        #expect(
            try fragment(text, prefixes: ["urn:x": "p", "urn:y": "p", "urn:z": "ns0"])
                == "<p:x xmlns:p=\"urn:x\" xmlns:ns1=\"urn:y\" xmlns:ns0=\"urn:z\"><ns1:y/><ns0:z/></p:x>"
        )
        for prefix in ["", "xml", "xmlns", "XMLfoo", "a b", "1a", "a:b", "\"><evil"] {
            #expect(
                try fragment("<a><x xmlns='urn:x'/></a>", prefixes: ["urn:x": prefix])
                    == "<ns0:x xmlns:ns0=\"urn:x\"/>"
            )
        }
    }

    @Test func keepsTextInItsPlace() throws {
        #expect(
            try fragment("<a>\n <x> 1 <y>2</y> 3 <!-- c --><z/>4<![CDATA[<5>]]>&amp;</x> tail </a>")
                == "<x xmlns=\"\"> 1 <y>2</y> 3 <z/>4&lt;5&gt;&amp;</x>"
        )
    }

    @Test func keepsAttributes() throws {
        let text = "<a><x b='&lt;&quot;&#10;&#13;é' xml:lang='en' xml:space='preserve'> </x></a>"
        #expect(
            try fragment(text)
                == "<x xmlns=\"\" b=\"&lt;&quot;&#10;&#13;é\" xml:lang=\"en\" xml:space=\"preserve\"> </x>"
        )
    }

    @Test func carriesOverThePrefixInATypeName() throws {
        let text = """
            <a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="urn:p" xmlns="urn:d">\
            <x xsi:type="p:Kind"><y xsi:type=" Plain "/><z xsi:type="unknown:Kind" type="p:Kind"/>\
            <w xmlns:p="urn:q" xsi:type="p:Kind"/></x></a>
            """
        let root = try parse(fragment(text, prefixes: ["urn:p": "kept"])).root
        let xsi = "http://www.w3.org/2001/XMLSchema-instance"
        func resolved(_ element: XMLElement?) -> String? {
            guard let value = element?.attribute("type", in: xsi) else { return nil }
            let parts = value.split(separator: ":")
            guard parts.count == 2 else { return value }
            return "\(element?.namespace(forPrefix: parts[0]) ?? "?")|\(parts[1])"
        }
        #expect(resolved(root) == "urn:p|Kind")
        #expect(root.attribute("type", in: xsi) == "kept:Kind")
        #expect(root.children.map { resolved($0) } == ["urn:d|Plain", "?|Kind", "urn:q|Kind"])
        #expect(root.first("z", in: "urn:d")?.attribute("type") == "p:Kind")
    }

    @Test func standsOnItsOwnInsideAnotherDocument() throws {
        let original = try firstChild("<a xmlns:p='urn:p'><x q='1'>s<p:y>t</p:y>u</x></a>")
        var writer = XMLWriter()
        writer.open("Host")
        writer.namespace("", "urn:host")
        writer.raw(original.serialized())
        original.serialize(into: &writer)
        writer.close()
        let copies = try XMLDocument(parsing: writer.finish()).root.children.map { Content($0) }
        #expect(copies == [Content(original), Content(original)])
    }

    @Test func theRootAndTheDeepestCanBeFragments() throws {
        let depth = 250
        let text = String(repeating: "<a>", count: depth) + "x" + String(repeating: "</a>", count: depth)
        let document = try parse(text, limits: XMLLimits(depthMax: depth))
        let again = try parse(document.root.serialized(), limits: XMLLimits(depthMax: depth))
        #expect(Content(again.root) == Content(document.root))
        var deepest = document.root
        while let child = deepest.children.first(where: { _ in true }) { deepest = child }
        #expect(deepest.serialized() == "<a xmlns=\"\">x</a>")
    }

    @Test func onlyElementsCanBeFragments() throws {
        let document = try XPathDocument(parsing: Array("<a b='1'>x</a>".utf8))
        let attribute = try #require(try document.root.nodes(XPathExpression(compile: "@b"))?.first)
        #expect(throws: XMLError.self) { try attribute.serialized() }
    }
}
