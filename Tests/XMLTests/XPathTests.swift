import Testing

@testable import XML

@Suite("XPath") struct XPathTests {
    private static let text = """
        <o:order xmlns:o="urn:orders" xmlns:c="urn:common">
          <o:id> 17 </o:id>
          <o:line no="1"><c:name>Access</c:name><o:price>10.50</o:price></o:line>
          <o:line no="2" c:kind="x"><c:name> Voice
          </c:name><o:price>4</o:price><o:empty/></o:line>
          <o:line no="3"/>
        </o:order>
        """
    private static let namespaces = ["im": "urn:orders", "com": "urn:common"]

    private func document(_ text: String = text) throws -> XPathDocument {
        try XPathDocument(parsing: Array(text.utf8))
    }

    private func compile(_ source: String) throws(XMLError) -> XPathExpression {
        try XPathExpression(compile: source, namespaces: Self.namespaces)
    }

    @Test(arguments: [
        ("im:id", "17"), ("/im:order/im:id", "17"), ("im:line[2]/com:name", "Voice"), ("im:line/@no", "1"),
        ("im:line[@no='2']/@com:kind", "x"), ("count(im:line)", "3"), ("sum(im:line/im:price)", "14.5"),
        ("concat(normalize-space(im:id), '-', im:line[1]/@no)", "17-1"),
        ("normalize-space(im:line[2]/com:name)", "Voice"),
        ("im:missing", ""), ("'literal'", "literal"), ("local-name(*[2])", "line"),
        ("namespace-uri(.)", "urn:orders"),
        ("im:line[com:name='Access']/im:price", "10.50"), ("id", ""), ("substring-before('a:b', ':')", "a"),
        ("im:line[last()]/@no", "3"), ("descendant::im:price[. > 5]", "10.50"), ("//com:name", "Access"),
        ("im:line[position() = 2]/im:price + 1", "5"), ("im:id | im:line", "17"),
        ("1 = 1 and (2 > 1)", "true"),
        ("string(im:line[3])", ""), ("translate('abc', 'b', 'x')", "axc"), ("im:id/text()", "17"),
        ("..", Self.rootText),
    ])
    func strings(source: String, expected: String) throws {
        let root = try document().root
        #expect(try root.string(compile(source)) == expected)
        #expect(try root.stringIfNotEmpty(compile(source)) == (expected.isEmpty ? nil : expected))
    }

    private static let rootText = "17 \n  Access10.50\n   Voice\n  4"

    @Test func numbersAndBooleans() throws {
        let root = try document().root
        #expect(try root.number(compile("im:line[1]/im:price")) == 10.5)
        #expect(try root.number(compile("im:missing")).isNaN)
        #expect(try root.boolean(compile("im:line")))
        #expect(try !root.boolean(compile("im:missing")))
        #expect(try root.boolean(compile("im:id = 17")))
        #expect(try !root.boolean(compile("im:line[3]/com:name")))
    }

    @Test func nodesAndWhatTheyTell() throws {
        let root = try document().root
        let lines = try #require(try root.nodes(compile("im:line")))
        #expect(lines.map { $0.attribute("no") } == ["1", "2", "3"])
        #expect(lines.map(\.line) == [3, 4, 6])
        #expect(lines.map(\.name) == ["line", "line", "line"])
        #expect(
            lines.allSatisfy { $0.namespace == "urn:orders" && $0.isElement && $0.parent?.name == "order" }
        )
        #expect(lines[1].attribute("kind") == nil)
        #expect(lines[1].attribute("kind", in: "urn:common") == "x")
        #expect(lines[1].children.map(\.name) == ["name", "price", "empty"])
        #expect(lines[1].children[0].value == "Voice")
        #expect(lines[2].children.isEmpty)
        #expect(root.parent == nil)
        #expect(try lines[0].string(compile("com:name")) == "Access")
        #expect(try lines[1].string(compile("../im:id")) == "17")
        #expect(try lines[2].string(compile("/im:order/im:id")) == "17")
        #expect(try lines[1].string(compile("preceding-sibling::im:line/@no")) == "1")
    }

    @Test func nodesOtherThanElements() throws {
        let root = try document().root
        let attribute = try #require(try root.nodes(compile("im:line[2]/@com:kind"))?.first)
        #expect(attribute.name == "kind")
        #expect(attribute.namespace == "urn:common")
        #expect(attribute.value == "x")
        #expect(!attribute.isElement)
        #expect(attribute.children.isEmpty)
        #expect(attribute.attribute("no") == nil)
        #expect(attribute.parent?.name == "line")
        let text = try #require(try root.nodes(compile("im:id/text()"))?.first)
        #expect(text.value == "17")
        #expect(text.name.isEmpty)
        #expect(try root.nodes(compile("namespace::*"))?.isEmpty == true)
        #expect(try root.nodes(compile("/"))?.first?.name.isEmpty == true)
        #expect(try root.nodes(compile("count(*)")) == nil)
        #expect(try root.nodes(compile("im:missing"))?.isEmpty == true)
    }

    @Test func unionsComeInDocumentOrder() throws {
        let root = try document().root
        let nodes = try #require(try root.nodes(compile("im:line[3] | im:id | im:line[1]")))
        #expect(nodes.map(\.line) == [2, 3, 6])
    }

    @Test func aNodeKeepsItsDocument() throws {
        let node = try #require(try document().root.nodes(compile("im:line[2]"))?.first)
        #expect(node.attribute("no") == "2")
    }

    @Test(
        "Faults in an expression are found when it is compiled, with their position",
        arguments: [
            ("", 1), ("  ", 1), ("a[", 2), ("a]", 2), ("(a", 1), ("a) or (b", 2), ("'x", 1), ("a/'y", 3),
            ("q:a", 1), ("im:a/q:b", 6), ("@q:a", 2), ("q:*", 1), ("$v", 1), ("a = $v", 5), ("f(a)", 1),
            ("a[g(.)]", 3), ("im:f()", 1), ("document('x')", 1), ("a//", 4), ("a b", 3), ("1 +", 4),
            ("a[1", 2),
            ("é/q:b", 3), ("key('a', 'b')", 1), ("current()", 1),
        ]
    )
    func syntax(source: String, column: Int) throws {
        let error = try #require(throws: XMLError.self) { try self.compile(source) }
        #expect(error.code == .expressionSyntax)
        #expect(error.line == 1)
        #expect(error.column == column, "\(error)")
    }

    @Test func whatLooksLikeAFaultAndIsNone() throws {
        for source in [
            "'q:a f( $v ['", "\"it's\"", "a-b.c", "xml:lang", "@xml:lang", "child::q", "self::node()",
            "a and (b)",
            "text ()", "processing-instruction('q:x')", "div div (mod)", "-1", ".5", "1.", "../a", "im:*",
            "*", "a[b[c]]",
        ] {
            #expect(throws: Never.self) { try compile(source) }
        }
    }

    @Test func wrongArgumentsAreFoundAtTheLatestWhenEvaluated() throws {
        let root = try document().root
        for source in ["count('x')", "contains('a')", "sum(1)", "'a'/b"] {
            let error = try #require(throws: XMLError.self) {
                try root.string(try self.compile(source))
            }
            #expect(error.code == .expressionEvaluation || error.code == .expressionSyntax)
        }
        #expect(try root.string(compile("im:id")) == "17", "the document is still usable")
    }

    @Test func sizeOfExpressions() throws {
        let long = String(repeating: "a/", count: 1_000)
        #expect(throws: XMLError.self) { try compile(long + "b") }
        let steps = String(repeating: "a/", count: 999) + "b"
        #expect(try document().root.string(compile(steps)).isEmpty)
        let nested = String(repeating: "(", count: 51) + "a" + String(repeating: ")", count: 51)
        #expect(throws: XMLError.self) { try compile(nested) }
        let minus = String(repeating: "-", count: 1_999) + "1"
        #expect(try document().root.number(compile(minus)) == -1)
        #expect(throws: XMLError.self) { try compile("a\u{0}b") }
        let predicates = "a" + String(repeating: "[1]", count: 600)
        #expect(try document().root.string(compile(predicates)).isEmpty)
    }

    @Test func evaluationIsBounded() throws {
        let text = "<a>" + String(repeating: "<b/>", count: 3_000) + "</a>"
        let root = try document(text).root
        let quadratic = try compile("count(//b[count(//b) > 1])")
        let error = try #require(throws: XMLError.self) { try root.string(quadratic, operationsMax: 100_000) }
        #expect(error.code == .expressionLimit)
        for source in ["a/b/c/d//e", "//b//b", "a//b", "b"] {
            let error = try #require(throws: XMLError.self) {
                try root.string(try self.compile("count(\(source)) + count(//b)"), operationsMax: 100)
            }
            #expect(error.code == .expressionLimit)
        }
        #expect(try root.number(compile("count(//b)")) == 3_000)
    }

    @Test("Simple paths are bounded too") func simplePathsAreBounded() throws {
        let text = "<a>" + String(repeating: "<b/>", count: 3_000) + "</a>"
        let root = try document(text).root
        for source in ["b", "//b", "*", ".//b"] {
            let error = try #require(throws: XMLError.self) {
                try root.nodes(try self.compile(source), operationsMax: 100)
            }
            #expect(error.code == .expressionLimit, "\(source)")
        }
    }

    @Test func errorsHoldNothingOfExpressionOrDocument() throws {
        let error = try #require(throws: XMLError.self) { try self.compile("secret:a") }
        #expect(!error.description.contains("secret"))
    }

    @Test func oneExpressionServesManyThreads() async throws {
        let expression = try compile(
            "concat(normalize-space(im:id), '/', count(im:line[com:name or im:price]))"
        )
        let bytes = Array(Self.text.utf8)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    guard let document = try? XPathDocument(parsing: bytes) else { return false }
                    return (0..<500).allSatisfy { _ in (try? document.root.string(expression)) == "17/2" }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func prefixesAreTheExpressionsOwn() throws {
        let root = try document().root
        let one = try XPathExpression(compile: "x:id", namespaces: ["x": "urn:orders"])
        let other = try XPathExpression(compile: "x:id", namespaces: ["x": "urn:common"])
        #expect(try root.string(one) == "17")
        #expect(try root.string(other).isEmpty)
        #expect(try root.string(one) == "17")
        #expect(one.source == "x:id")
    }

    @Test func cdataAndCommentsInTheTree() throws {
        let root = try document("<a>1<!-- x --><![CDATA[<2>]]><?p x?>3<b>4</b></a>").root
        #expect(root.value == "1<2>34")
        #expect(try root.number(compile("count(text())")) == 1)
        #expect(try root.number(compile("count(comment() | processing-instruction())")) == 0)
    }
}
