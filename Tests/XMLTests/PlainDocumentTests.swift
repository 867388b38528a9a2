import Testing
import XML

/// Usual documents are read without libxml2; a processing instruction behind them has it read the same ones.
@Suite("Usual documents")
struct PlainDocumentTests {
    @Test(
        "What is read at once is what libxml2 reads",
        arguments: [
            "<a/>", "<a></a>", "<a>text</a>", "<a> x <b/> y <c>z</c> w </a>", "<a x=\"1\" y='2'/>",
            "<a>&lt;&gt;&amp;&quot;&apos;</a>", "<a>one<!-- two -->three</a>",
            "<!-- before --><a/><!-- after -->",
            "<a xmlns=\"urn:x\"><b xmlns=\"urn:y\"><c/></b><c/></a>",
            "<p:a xmlns:p=\"urn:x\" xmlns:q=\"urn:y\" q:n=\"1\" n=\"2\"><q:b p:m='3'/></p:a >",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>\n  <b\n  c='d'>é𝄞</b>\n</a>\n", "<a>a]b] ]</a>",
            "<a><b xmlns:p=\"urn:1\"><p:c/></b><b xmlns:p=\"urn:2\"><p:c/></b></a>",
        ]
    )
    func same(text: String) throws {
        let plain = try XMLDocument(parsing: Array(text.utf8))
        let other = try XMLDocument(parsing: Array("\(text)<?libxml2 reads this?>".utf8))
        #expect(Self.lines(plain.root) == Self.lines(other.root))
    }

    @Test(
        "What libxml2 refuses is refused",
        arguments: [
            "<a", "<a>", "<a></b>", "<a/><b/>", "<a>&x;</a>", "<a>]]></a>", "<a x=\"1\" x=\"2\"/>",
            "<a x='<'/>",
            "<p:a/>", "<a p:x='1'/>", "<a><!-- a -- b --></a>", "<a>\u{1}</a>", "<a>\u{FFFE}</a>", "<1a/>",
            "text<a/>",
            "<a/>text", "<a x=1/>", "<a x='1'y='2'/>", "<a xmlns:p=''/>", "<a xmlns:xml='urn:x'/>",
            "<a:b:c/>",
            "<a xmlns:p='urn:x' xmlns:q='urn:x' p:x='1' q:x='2'/>", "<a xmlns='urn:x' xmlns='urn:y'/>",
        ]
    )
    func refused(text: String) {
        #expect(throws: XMLError.self) { try XMLDocument(parsing: Array(text.utf8)) }
    }

    @Test("Limits hold for usual documents")
    func limits() throws {
        var limits = XMLLimits()
        limits.depthMax = 3
        _ = try XMLDocument(parsing: Array("<a><b><c/></b></a>".utf8), limits: limits)
        #expect(throws: XMLError.self) {
            try XMLDocument(parsing: Array("<a><b><c><d/></c></b></a>".utf8), limits: limits)
        }
    }

    /// Everything about an element and those inside, one line each.
    private static func lines(_ element: XMLElement, depth: Int = 0) -> [String] {
        let attributes = element.attributes.map { "{\($0.namespace)}\($0.name)=\($0.value)" }
        let own =
            "\(depth) \(element.line):\(element.column) {\(element.namespace)}\(element.name) \(attributes) '\(element.text)'"
        return [own] + element.children.flatMap { lines($0, depth: depth + 1) }
    }
}
