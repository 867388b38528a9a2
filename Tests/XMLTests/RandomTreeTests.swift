import Testing

@testable import XML

/// Random trees: written with the writer, read back, forwarded as fragments, and compared each time.
@Suite("Random trees") struct RandomTreeTests {
    private static let namespaces = ["", "urn:a", "urn:b", "http://example.com/c?d=1&e=2"]
    private static let prefixes = ["", "a", "b", "c"]
    private static let names = ["Order", "Line", "x", "_y", "z-1.2", "é", "名"]
    private static let texts = [
        "x", " ", "\n  ", "a & b", "<tag>", "]]>", "\"quoted\" 'so'", "é漢\u{1F600}", "tab\tline\nreturn\r",
        "&amp;",
        "\u{85}\u{2028}", "end",
    ]

    private func randomElement(depth: Int, _ generator: inout SeededGenerator) -> Content {
        var content: [Content] = []
        for _ in 0..<Int.random(in: 0...(depth > 5 ? 1 : 4), using: &generator) {
            let lastIsText = if case .text? = content.last { true } else { false }
            if lastIsText || (depth < 8 && Bool.random(using: &generator)) {
                content.append(randomElement(depth: depth + 1, &generator))
            } else {
                content.append(.text(Self.texts.randomElement(using: &generator) ?? ""))
            }
        }
        var attributes: [String: String] = [:]
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let namespace = Self.namespaces.randomElement(using: &generator) ?? ""
            let name = Self.names.randomElement(using: &generator) ?? ""
            attributes["{\(namespace)}\(name)"] = Self.texts.randomElement(using: &generator) ?? ""
        }
        return .element(
            namespace: Self.namespaces.randomElement(using: &generator) ?? "",
            name: Self.names.randomElement(using: &generator) ?? "",
            attributes: attributes,
            content: content
        )
    }

    private func qualified(_ namespace: String, _ name: String) -> String {
        let index = Self.namespaces.firstIndex(of: namespace) ?? 0
        return index == 0 ? name : "\(Self.prefixes[index]):\(name)"
    }

    private func write(_ content: Content, isTop: Bool, to writer: inout XMLWriter) {
        switch content {
        case .text(let text): writer.text(text)
        case .element(let namespace, let name, let attributes, let content):
            writer.open(named: qualified(namespace, name))
            if isTop {
                for (prefix, uri) in zip(Self.prefixes, Self.namespaces).dropFirst() {
                    writer.namespace(prefix: prefix, uri: uri)
                }
            }
            for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
                let parts = key.dropFirst().split(separator: "}", omittingEmptySubsequences: false)
                writer.attribute(named: qualified(String(parts[0]), String(parts[1])), value)
            }
            for inner in content { write(inner, isTop: false, to: &writer) }
            writer.close()
        }
    }

    @Test(arguments: 0..<300) func comeBackEqual(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let tree = randomElement(depth: 0, &generator)
        var writer = XMLWriter(reservingBytes: 0)
        write(tree, isTop: true, to: &writer)
        let bytes = writer.finish()
        let document = try XMLDocument(parsing: bytes)
        #expect(Content(document.root) == tree, "seed \(seed)")
        let fragment = document.root.serialized(prefixes: ["urn:b": "conventional"])
        #expect(Content(try parse(fragment).root) == tree, "seed \(seed), as a fragment")
        let other = try XPathDocument(parsing: bytes).root.serialized(prefixes: ["urn:b": "conventional"])
        #expect(other == fragment, "seed \(seed), through the DOM")
        for child in document.root.children {
            #expect(
                Content(try parse(child.serialized()).root) == Content(child),
                "seed \(seed), inner element"
            )
        }
    }
}
