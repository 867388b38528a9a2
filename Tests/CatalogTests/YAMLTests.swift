import Catalog
import Testing

@Suite("Files that are no good YAML")
struct YAMLTests {
    private func problems(_ text: String) -> [String] { Sample.problems(text) }

    @Test(
        "Syntax errors are told where they are",
        arguments: [
            ("a: [1, 2\nb: 3\n", "2:2: not valid YAML: did not find expected ',' or ']'"),
            ("a: b: c\n", "1:5: not valid YAML: mapping values are not allowed in this context"),
            ("a:\n\t- b\n", "2:1: not valid YAML: found character that cannot start any token"),
            ("a: 'b\n", "1:4: not valid YAML: found unexpected end of stream"),
            ("a: *none\n", "1:4: not valid YAML: found undefined alias"),
            ("a: 1\n---\nb: 2\n", "2:1: not valid YAML: but found another document"),
            ("a: \u{1}\n", "1:4: not valid YAML: control characters are not allowed"),
        ]
    )
    func syntax(_ text: String, _ begin: String) {
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(begin) == true, "\(found)")
    }

    @Test("An empty file, a list and a text are no catalog")
    func noMapping() {
        #expect(problems("") == ["1:1: the file is empty; write a mapping of keys and values"])
        #expect(
            problems("- a\n") == [
                "1:1: the catalog is a list; it must be a mapping with the keys catalog, timeZone, modes, defaultMode, …"
            ]
        )
        #expect(problems("{[a]: b, catalog: x}\n").contains("1:2: this key is not a text; use a name as key"))
    }

    @Test("Bytes that are not UTF-8 are told by line and column")
    func notUTF8() {
        let bytes = Array("catalog: é\nmodes: ".utf8) + [0xFF, 0x0A]
        let examined = CatalogReader.examine(bytes: bytes, name: "c.yaml")
        #expect(
            examined.diagnostics.map(\.description) == [
                "c.yaml:2:8: this byte is not UTF-8; save the file as UTF-8"
            ]
        )
    }

    @Test("A file of more than 1 MiB is not read")
    func tooLarge() {
        let text = "catalog: " + String(repeating: "x", count: 1 << 20)
        #expect(problems(text) == ["1:1: the file has 1048585 bytes; it may have 1048576 at most"])
    }

    @Test("Aliases that multiply are stopped before they are expanded")
    func manyAliases() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("3:40: more than 16 aliases") == true, "\(found)")
    }

    @Test("What few aliases multiply is bounded, in values and in keys")
    func fewAliases() {
        var text = "a0: &a0 [\(Array(repeating: "x", count: 5000).joined(separator: ","))]\n"
        for level in 1...5 {
            text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
        }
        #expect(
            problems(text).map { $0.drop { $0 != " " } } == [
                " the document has more than 100000 nodes once its aliases are expanded"
            ]
        )
        var keys = "a0: &a0 [x]\n"
        for level in 1...5 { keys += "a\(level): &a\(level) {? [*a\(level - 1), *a\(level - 1)] : x}\n" }
        #expect(problems(keys).contains { $0.contains("this key is not a text") })
    }

    @Test("Comments and texts may hold asterisks, and a few aliases are welcome")
    func asterisks() {
        let comments = String(repeating: "# *emphasis* and *more* of it\n", count: 40)
        #expect(problems(comments + Sample.catalog) == [])
        let shared = Sample.replace(
            "states: Plain",
            "states: &plain [Plain]",
            in: Sample.replace("      - Plain\n", "", in: Sample.catalog)
        )
        #expect(problems(shared + "").contains { $0.contains("maps status 'COMPLETE'") })
    }

    @Test("Nesting is bounded", arguments: [65, 900, 100_000])
    func nesting(_ depth: Int) {
        let text =
            "catalog: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "\n"
        let found = problems(text)
        #expect(found.count == 1)
        #expect(
            found.first?.contains("nested more than 64 levels deep") == true
                || found.first?.contains("Maximum nesting level reached") == true,
            "\(found)"
        )
    }

    @Test("Duplicate keys are told beside everything else, wherever they are")
    func duplicates() {
        let text = """
            catalog: twice
            catalog: again
            modes: [Deliver]
            "modes": [Qualify]
            patterns: {P: {modes: {Deliver: [F], Deliver: [F]}}}
            functions: {F: {systems: S, sistems: S}}
            systems:
              S: {queue: Q, format: ProcessFulfillmentOrderEBM, states: [{external: A, state: COMPLETE}], queue: R}
            productClasses: {C: P}
            accept: [ProcessSalesOrderFulfillmentEBM]
            upstream: {format: none}
            catalog: third

            """
        #expect(
            problems(text) == [
                "2:1: duplicate key 'catalog' in the catalog; it is already in line 1; remove or rename one of them",
                "4:1: duplicate key 'modes' in the catalog; it is already in line 3; remove or rename one of them",
                "5:38: duplicate key 'Deliver' in 'modes' of pattern P; it is already in line 5; "
                    + "remove or rename one of them",
                "6:29: unknown key 'sistems' in function F; did you mean 'systems'?",
                "8:95: duplicate key 'queue' in system S; it is already in line 8; remove or rename one of them",
                "12:1: duplicate key 'catalog' in the catalog; it is already in line 1; remove or rename one of them",
            ]
        )
    }
}
