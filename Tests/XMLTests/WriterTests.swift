import Testing

@testable import XML

@Suite("Writer") struct WriterTests {
    private func written(indentation: Int? = nil, _ body: (inout XMLWriter) -> Void) -> String {
        var writer = XMLWriter(reservingBytes: 0, indentation: indentation)
        body(&writer)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    @Test func elementsAttributesAndNamespaces() {
        let text = written { writer in
            writer.declaration()
            writer.open("o:Order")
            writer.namespace("o", "urn:orders")
            writer.namespace("", "urn:default")
            writer.attribute("id", "1")
            writer.element("o:Name", "x")
            writer.element("Empty", "")
            writer.element("Absent", ifPresent: nil)
            writer.element("Present", ifPresent: "y")
            writer.element("Inner") { inner in
                inner.attribute("a", "b")
                inner.text("t")
            }
            writer.close()
        }
        #expect(
            text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <o:Order xmlns:o="urn:orders" xmlns="urn:default" id="1"><o:Name>x</o:Name><Empty/>\
                <Present>y</Present><Inner a="b">t</Inner></o:Order>
                """
        )
    }

    @Test func whatCouldBeMarkupIsEscaped() {
        let text = written { writer in
            writer.open("a")
            writer.attribute("b", "<>&\"'\t\n\r é")
            writer.text("<>&\"'\t\n\r]]>é")
            writer.close()
        }
        #expect(
            text == """
                <a b="&lt;&gt;&amp;&quot;'&#9;&#10;&#13; é">&lt;&gt;&amp;"'\t
                &#13;]]&gt;é</a>
                """
        )
    }

    @Test func whatXMLHasNoRoomForBecomesTheReplacementCharacter() {
        let text = written {
            $0.element("a", "1\u{0}2\u{1F}3\u{FFFE}4\u{FFFF}5\u{FFFD}6\u{EFFF}7\u{FEFF}8\u{7F}")
        }
        let r = "\u{FFFD}"
        #expect(text == "<a>1\(r)2\(r)3\(r)4\(r)5\(r)6\u{EFFF}7\u{FEFF}8\u{7F}</a>")
    }

    @Test(arguments: [0, 1, 4_095, 4_096, 4_097, 10_000, 100_000])
    func longTextComesBack(count: Int) throws {
        for unit in ["x", "&", "\u{FFFD}", "é", "\u{1F600}"] {
            let value = String(repeating: unit, count: count)
            var writer = XMLWriter(reservingBytes: 16)
            writer.open("a")
            writer.attribute("b", value)
            writer.element("c", value)
            writer.text(value)
            writer.close()
            let root = try XMLDocument(parsing: writer.finish()).root
            #expect(root.attribute("b") == value)
            #expect(root.value(XMLName("c")) ?? "" == value)
            #expect(root.text == value)
        }
    }

    @Test("Characters that no document holds do not end in the middle of a chunk")
    func forbiddenCharactersAtChunkBorders() throws {
        for offset in 4_090...4_099 {
            let value =
                String(repeating: "x", count: offset) + "\u{FFFF}" + String(repeating: "y", count: 5_000)
            var writer = XMLWriter()
            writer.element("a", value)
            let text = try XMLDocument(parsing: writer.finish()).root.text
            #expect(text == value.replacing("\u{FFFF}", with: "\u{FFFD}"))
        }
    }

    @Test(
        "Names from data cannot break out",
        arguments: [
            ("good", "good"), ("p:good", "p:good"), ("a b", "a_b"), ("a><b", "a__b"), ("1a", "_1a"),
            ("", "_"),
            (":", "_"), ("a:", "a:_"), ("a:1", "a:_1"), ("a:b:c", "a:b_c"), ("é", "é"), ("-", "_-"),
            ("a=\"1\"", "a__1_"), ("\u{0}", "_"), ("x\u{301}", "x\u{301}"),
        ]
    )
    func dynamicNames(name: String, expected: String) {
        let text = written { writer in
            writer.open(named: name)
            writer.attribute(named: name, "v")
            writer.close()
        }
        #expect(text == "<\(expected) \(expected)=\"v\"/>")
    }

    @Test func dynamicNamespaces() throws {
        let text = written { writer in
            writer.open(named: "p:a")
            writer.namespace(prefix: "p", uri: "urn:<&>")
            writer.namespace(prefix: "", uri: "urn:y")
            writer.open("b")
            writer.close()
            writer.close()
        }
        let root = try parse(text).root
        #expect(root.namespace == "urn:<&>")
        #expect(root.children.map(\.namespace) == ["urn:y"])
    }

    @Test func indentationLeavesTextAlone() {
        let text = written(indentation: 2) { writer in
            writer.declaration()
            writer.open("a")
            writer.element("b", "x")
            writer.open("c")
            writer.element("d", "")
            writer.raw("<e/>")
            writer.close()
            writer.open("mixed")
            writer.text("t")
            writer.element("u", "v")
            writer.close()
            writer.close()
        }
        #expect(
            text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <a>
                  <b>x</b>
                  <c>
                    <d/>
                    <e/>
                  </c>
                  <mixed>t<u>v</u></mixed>
                </a>

                """
        )
    }

    @Test func rawFragmentsStandAsTheyAre() {
        let text = written { writer in
            writer.open("a")
            writer.raw("<b>&amp;</b>")
            writer.text("&")
            writer.close()
        }
        #expect(text == "<a><b>&amp;</b>&amp;</a>")
    }

    @Test func copiesAreIndependent() {
        var first = XMLWriter()
        first.open("a")
        var second = first
        first.text("1")
        second.text("2")
        first.close()
        second.close()
        #expect(String(decoding: first.finish(), as: UTF8.self) == "<a>1</a>")
        #expect(String(decoding: second.finish(), as: UTF8.self) == "<a>2</a>")
    }

    #if DEBUG
    @Test func imbalanceStopsADebugBuild() async {
        await #expect(processExitsWith: .failure) {
            var writer = XMLWriter()
            writer.open("a")
            _ = writer.finish()
        }
        await #expect(processExitsWith: .failure) {
            var writer = XMLWriter()
            writer.close()
        }
        await #expect(processExitsWith: .failure) {
            var writer = XMLWriter()
            writer.open("a")
            writer.text("x")
            writer.attribute("b", "c")
        }
    }
    #endif
}
