import Testing

@testable import XML

extension XMLName {
    static let order = XMLName("Order", in: "urn:orders")
    static let line = XMLName("Line", in: "urn:orders")
    static let name = XMLName("Name", in: "urn:common")
    static let plain = XMLName("Name")
}

/// A document from text.
func parse(_ text: String, limits: XMLLimits = XMLLimits()) throws(XMLError) -> XMLDocument {
    try XMLDocument(parsing: Array(text.utf8), limits: limits)
}

@Suite("Flat tree") struct ParsingTests {
    @Test func namesAreNamespaceAndLocalNameWhateverThePrefix() throws {
        let one = try parse("<o:Order xmlns:o='urn:orders'><o:Line/></o:Order>").root
        let other = try parse("<Order xmlns='urn:orders'><Line/></Order>").root
        for root in [one, other] {
            #expect(root.hasName(.order))
            #expect(root.name == "Order")
            #expect(root.namespace == "urn:orders")
            #expect(root.vocabularyName == .order)
            #expect(root.first(.line) != nil)
            #expect(root.first(.order) == nil)
        }
    }

    @Test func namespacesMatchExactly() throws {
        for namespace in ["urn:orders/", "urn:Orders", "urn:order", " urn:orders"] {
            let root = try parse("<Order xmlns='\(namespace)'/>").root
            #expect(!root.hasName(.order))
            #expect(root.hasName("Order", in: namespace))
        }
        #expect(try !parse("<Order/>").root.hasName(.order))
        #expect(try parse("<Name/>").root.hasName(.plain))
        #expect(try !parse("<Name xmlns='urn:common'/>").root.hasName(.plain))
    }

    @Test func redeclaredPrefixesAndDefaultNamespacesHoldWhereTheyStand() throws {
        let root = try parse(
            """
            <p:Order xmlns:p="urn:orders"><p:Name xmlns:p="urn:common"/><p:Line/>\
            <Name/><Order xmlns="urn:orders"><Name xmlns=""/><Line/></Order></p:Order>
            """
        ).root
        #expect(root.children.map(\.namespace) == ["urn:common", "urn:orders", "", "urn:orders"])
        let inner = try #require(root.first(.order))
        #expect(inner.children.map(\.namespace) == ["", "urn:orders"])
        #expect(root.first(.name) != nil)
        #expect(root.first(.plain) != nil)
    }

    @Test func childrenComeInOrderAndByName() throws {
        let root = try parse("<a><b>1</b> <c>2</c><b>3</b><!-- b --><d><b>4</b></d></a>").root
        let b = XMLName("b")
        #expect(root.children.map(\.name) == ["b", "c", "b", "d"])
        #expect(root.children(b).map(\.text) == ["1", "3"])
        #expect(root.first(b)?.text == "1")
        #expect(root.descendant(XMLName("d"), b)?.text == "4")
        #expect(root.descendant(XMLName("c"), b) == nil)
        #expect(root.first("c", in: "")?.text == "2")
        #expect(root.first("c", in: "urn:x") == nil)
        #expect(root.first(b)?.parent?.name == "a")
        #expect(root.parent == nil)
        #expect(root.children.allSatisfy { $0.parent?.name == "a" })
    }

    @Test func textIsTrimmedOfXMLWhiteSpaceOnly() throws {
        #expect(try parse("<a> \t\r\n x  y \n</a>").root.text == "x  y")
        #expect(try parse("<a>\u{A0}x\u{2003}</a>").root.text == "\u{A0}x\u{2003}")
        #expect(try parse("<a> \n </a>").root.textIfNotEmpty == nil)
        #expect(try parse("<a/>").root.textIfNotEmpty == nil)
        #expect(try parse("<a>0</a>").root.textIfNotEmpty == "0")
    }

    @Test func textOfTheElementItselfIsJoined() throws {
        #expect(try parse("<a> x<b>no</b>y<c/> z </a>").root.text == "xy z")
        #expect(try parse("<a>x<!-- no -->y<?no no?>z<![CDATA[<&>]]>w</a>").root.text == "xyz<&>w")
        #expect(try parse("<a><![CDATA[  ]]></a>").root.text.isEmpty)
        #expect(try parse("<a>1\r\n2\r3</a>").root.text == "1\n2\n3")
    }

    @Test func valuesOfChildren() throws {
        let root = try parse("<a><Name> </Name><b>x</b></a>").root
        #expect(root.value(.plain) == nil)
        #expect(root.value(XMLName("b")) == "x")
        #expect(root.value(XMLName("missing")) == nil)
        let b = try #require(root.first(XMLName("b")))
        #expect(b.hasText("x"))
        #expect(!b.hasText("xy"))
        #expect(!b.hasText(""))
    }

    @Test func referencesAreResolved() throws {
        #expect(
            try parse("<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x1F600;</a>").root.text == "<>&'\"A\u{1F600}"
        )
        #expect(try parse("<a b='&lt;&amp;&#65;&#10;x'/>").root.attribute("b") == "<&A\nx")
    }

    @Test func attributes() throws {
        let root = try parse(
            "<a xmlns:p='urn:p' b=' 1 ' p:b='2' c='' xml:lang='en' d='x\ny\tz'>t</a>"
        ).root
        #expect(root.attribute("b") == " 1 ")
        #expect(root.attribute("b", in: "urn:p") == "2")
        #expect(root.attribute(XMLName("b", in: "urn:p")) == "2")
        #expect(root.attribute("c")?.isEmpty == true)
        #expect(root.attribute("lang", in: "http://www.w3.org/XML/1998/namespace") == "en")
        #expect(root.attribute("d") == "x y z")
        #expect(root.attribute("p:b") == nil)
        #expect(root.attribute("e") == nil)
        #expect(root.attributes.map(\.name) == ["b", "b", "c", "lang", "d"])
        #expect(root.attributes.map(\.namespace)[1] == "urn:p")
        #expect(root.text == "t")
    }

    @Test func linesAndColumnsOfElements() throws {
        let root = try parse("<?xml version='1.0'?>\n<a>\n  é<b\n   x='1'\n  /><c/>\r\n<d/></a>").root
        #expect(root.line == 2)
        #expect(root.column == 1)
        #expect(root.children.map(\.line) == [3, 5, 6])
        #expect(root.children.map(\.column) == [4, 5, 1])
    }

    @Test func aDocumentOutlivesWhereItCameFrom() throws {
        let element: XMLElement
        do {
            let document = try parse("<a><b>kept</b></a>")
            element = try #require(document.root.children.first { _ in true })
        }
        #expect(element.text == "kept")
        #expect(element.document.elementCount == 2)
    }

    @Test func manyThreadsParseAtOnce() async throws {
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<200).allSatisfy { round in
                        let local = "own\(task)x\(round)"
                        guard
                            let document = try? parse(
                                "<Order xmlns='urn:orders'><\(local)>\(round)</\(local)></Order>"
                            )
                        else { return false }
                        let registered = XMLName("thread\(task)x\(round)", in: "urn:threads")
                        return document.root.hasName(.order) && registered.local == "thread\(task)x\(round)"
                            && document.root.first(local, in: "urn:orders")?.text == String(round)
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}

@Suite("Names") struct NameTests {
    @Test func theSameNameIsTheSameNumber() {
        #expect(XMLName("Order", in: "urn:orders") == .order)
        #expect(XMLName("Order", in: "urn:other") != .order)
        #expect(XMLName("ab", in: "c") != XMLName("a", in: "bc"))
        #expect(XMLName.order.local == "Order")
        #expect(XMLName.order.namespace == "urn:orders")
        #expect(XMLName.order.description == "{urn:orders}Order")
        #expect(XMLName.plain.description == "Name")
    }

    @Test func aNameRegisteredAfterTheParseIsStillFound() throws {
        let root = try parse("<late-a xmlns='urn:late' late-c='1'><late-b>x</late-b></late-a>").root
        #expect(root.vocabularyName == nil)
        #expect(root.hasName(XMLName("late-a", in: "urn:late")))
        #expect(root.vocabularyName == XMLName("late-a", in: "urn:late"))
        #expect(!root.hasName(XMLName("late-b", in: "urn:late")))
        #expect(root.value(XMLName("late-b", in: "urn:late")) == "x")
        #expect(root.attribute(XMLName("late-c")) == "1")
    }

    @Test func manyNamesKeepTheirNumbers() throws {
        let names = (0..<5_000).map { XMLName("n\($0)", in: "urn:many") }
        #expect(Set(names).count == 5_000)
        for (index, name) in names.enumerated() {
            #expect(name.local == "n\(index)")
            #expect(XMLName("n\(index)", in: "urn:many") == name)
        }
        let root = try parse("<n4999 xmlns='urn:many'><n0/></n4999>").root
        #expect(root.hasName(names[4_999]))
        #expect(root.first(names[0]) != nil)
    }

    @Test func aParserKeepsNoNamesOfAnEarlierDocument() throws {
        for round in 0..<50 {
            let root = try parse("<own\(round % 3)><own\(round % 5)/></own\(round % 3)>").root
            #expect(root.name == "own\(round % 3)")
            #expect(root.children.map(\.name) == ["own\(round % 5)"])
        }
    }
}
