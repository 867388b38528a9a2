import Testing

@testable import Catalog

@Suite("Small parts of the catalog reader")
struct SmallPartsTests {
    @Test(
        "ISO 8601 durations in milliseconds",
        arguments: [
            ("PT0S", 0), ("PT0.05S", 50), ("PT1,5S", 1500), ("PT90S", 90_000), ("PT1H30M", 5_400_000),
            ("P2D", 172_800_000), ("P1W", 604_800_000), ("P1DT1H", 90_000_000),
            ("P36525D", 3_155_760_000_000),
        ] as [(String, Int64)]
    )
    func durations(_ text: String, _ milliseconds: Int64) {
        #expect(DurationText.milliseconds(text) == milliseconds)
    }

    @Test(
        "What is no duration, or has no length of its own",
        arguments: [
            "", "P", "PT", "1H", "PT1", "PTS", "P1Y", "P1M", "PT1M1H", "PT1H1H", "P1H", "PT1.5H", "PT1.S",
            "-PT1S", "P1DT",
            "PT1S ", "P36526D", "PT99999999999S", "PT1HT1M", "PT1.2345S",
        ]
    )
    func noDurations(_ text: String) { #expect(DurationText.milliseconds(text) == nil) }

    @Test(
        "The nearest name is the one that was meant",
        arguments: [
            ("qeue", "queue"), ("Queue", "queue"), ("request_queue", "requestQueue"), ("formt", "format"),
            ("formta", "format"),
        ]
    )
    func nearest(_ written: String, _ meant: String) {
        #expect(NearestName.nearest(to: written, among: ["queue", "format", "requestQueue"]) == meant)
    }

    @Test("A name that is far from all is compared with none")
    func nothingNear() {
        #expect(NearestName.nearest(to: "colour", among: ["queue", "format"]) == nil)
        #expect(NearestName.nearest(to: String(repeating: "q", count: 5000), among: ["queue"]) == nil)
        #expect(
            NearestName.suggestion(for: "x", among: [String](), kind: "system")
                == "this file defines no system"
        )
        let many = (1...20).map { "name\($0)" }
        #expect(
            NearestName.suggestion(for: "other", among: many, kind: "name").hasSuffix("'name19', 'name2', …")
        )
    }

    @Test(
        "Edits between two texts",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "xbc", 1),
            ("ab", "ba", 1),
        ]
    )
    func distance(_ left: String, _ right: String, _ edits: Int) {
        #expect(NearestName.distance(Array(left.utf8), Array(right.utf8)) == edits)
    }

    @Test("Every group of names that lead to each other has one cycle told, the shortest")
    func cycles() {
        var graph = NamedGraph()
        for (from, to) in [
            ("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("b", "a"), ("x", "x"), ("y", "a"),
        ] {
            graph.add(from, to: to)
        }
        #expect(graph.cycles() == [["a", "b"], ["x"]])
    }

    @Test("More problems than anybody reads are not gathered")
    func problemLimit() {
        let problems = Problems(file: "f")
        for line in 1...2000 { problems.error(Place(line: line, column: 1), "wrong") }
        #expect(problems.diagnostics.count == Problems.countMax)
    }

    @Test("A diagnostic without a place names the file alone")
    func diagnosticText() {
        let diagnostic = Diagnostic(
            severity: .warning,
            file: "f",
            line: 3,
            column: 4,
            message: "wrong",
            suggestion: "right"
        )
        #expect(diagnostic.description == "f:3:4: warning: wrong; right")
        #expect(Diagnostic(file: "f", line: 0, column: 0, message: "wrong").description == "f: wrong")
    }
}
