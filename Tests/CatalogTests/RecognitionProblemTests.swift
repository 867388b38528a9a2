import Testing

@Suite("Recognition that are wrong in a catalog")
struct RecognitionProblemTests {
    static let cases = [
        WrongCatalog(
            "expressions that are no XPath",
            "accept: [ProcessSalesOrderFulfillmentEBM]",
            """
            recognize:
              F:
                root: {namespace: urn:f, name: o}
                namespaces: {f: urn:f}
                order:
                  key: f:key[
                  mode: g:mode
                  priority: fn(1)
                lines:
                  select: .//f:line
                  id: ''
                  parents: [f:p, '$x']
              G:
                root: {namespace: urn:f, name: o}
                order: {}
                lines: []
            """,
            [
                "8:12: 'key' of 'order' of format F is not valid XPath: a parenthesis or bracket that is not closed at its character 6; "
                    + "correct the expression",
                "9:13: 'mode' of 'order' of format F is not valid XPath: a namespace prefix that is not declared at its character 1; "
                    + "declared prefixes: f",
                "10:17: 'priority' of 'order' of format F is not valid XPath: a function that XPath 1.0 does not have at its character 1; "
                    + "correct the expression",
                "13:11: 'id' of 'lines' of format F is not valid XPath: the expression is empty at its character 1; "
                    + "correct the expression",
                "14:22: 'parents' of 'lines' of format F is not valid XPath: a variable, and there are none at its character 1; "
                    + "correct the expression",
                "17:5: 'order' of format G has no 'key'; add the key 'key'",
                "18:12: 'lines' of format G is a list; "
                    + "it must be a mapping with the keys select, id, parents, action, …",
            ]
        )
    ]

    @Test("Everything is told, with its place and what would be right", arguments: cases)
    func told(_ wrong: WrongCatalog) { #expect(Sample.problems(wrong.text) == wrong.problems) }
}
