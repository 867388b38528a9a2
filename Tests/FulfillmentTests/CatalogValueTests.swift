import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Natural order and wildcards")
struct TextRuleTests {
    @Test(
        "numbers in texts are ordered as numbers",
        arguments: [
            ["1", "2", "10", "11", "100"], ["a1b2", "a1b10", "a2b1"], ["", "1", "a"],
            ["x", "x1", "x1a", "x2"],
            ["001", "01", "1", "2"], ["line 9", "line 10"], ["1.2.3", "1.2.10", "1.10.1"],
            ["99999999999999999998", "99999999999999999999", "100000000000000000000"],
        ]
    )
    func ascending(texts: [String]) {
        for (at, left) in texts.enumerated() {
            #expect(!NaturalOrder.precedes(left, left))
            for right in texts[(at + 1)...] {
                #expect(NaturalOrder.precedes(left, right))
                #expect(!NaturalOrder.precedes(right, left))
            }
        }
    }

    @Test("the order is total: any three texts agree with each other")
    func total() {
        var random = SeededRandom(seed: 7)
        let alphabet = Array("0019ab/-é")
        for _ in 0..<3_000 {
            let texts = (0..<3).map { _ in
                String((0..<random.below(5)).map { _ in alphabet[random.below(alphabet.count)] })
            }
            let (a, b, c) = (texts[0], texts[1], texts[2])
            if NaturalOrder.precedes(a, b) {
                #expect(!NaturalOrder.precedes(b, a))
                if NaturalOrder.precedes(b, c) { #expect(NaturalOrder.precedes(a, c), "\(texts)") }
            } else if a != b {
                #expect(NaturalOrder.precedes(b, a), "\(texts)")
            }
        }
    }

    @Test(
        "a star stands for any text",
        arguments: [
            ("", "", true), ("", "a", false), ("*", "", true), ("*", "abc", true), ("abc", "abc", true),
            ("abc", "abcd", false), ("a*", "abc", true), ("*c", "abc", true), ("a*c", "ac", true),
            ("a*c", "abbc", true), ("a*a", "a", false), ("*b*", "abc", true), ("a*b*c", "axxbyyc", true),
            ("a*b*c", "acb", false), ("**", "x", true), ("*ab*ab*", "abab", true), ("*ab*ab*", "aab", false),
            ("Rio*", "Rio de Janeiro", true), ("*é*", "café", true), ("a.c", "abc", false),
        ]
    )
    func wildcards(pattern: String, text: String, matches: Bool) {
        #expect(WildcardPattern(pattern).matches(text) == matches)
    }

    @Test(
        "status codes are compared without regard to case, space and underscore",
        arguments: ["IN PROGRESS", "in progress", "In_Progress", "IN_PROGRESS"]
    )
    func status(code: String) {
        #expect(ExternalStatus.normalized(code) == "IN_PROGRESS")
        #expect(StateTree.standard.named(code) == "IN_PROGRESS")
    }
}

@Suite("Conditions")
struct ConditionTests {
    private static let line = OrderLine(
        id: "7",
        action: .moveAdd,
        name: "Modem",
        productClass: "Thing",
        type: "PRODUCT",
        quantity: "2.5",
        properties: ["ServiceAddress/CityName": "Rio de Janeiro", "b/Zip": "2", "a/Zip": "1", "speed": "8"],
        attributes: [
            LineAttribute(name: "speed", value: "16"), LineAttribute(name: "color", value: "red"),
            LineAttribute(name: "empty", value: ""),
        ],
        pattern: "Equipment"
    )
    private static let order = Order(
        key: "SO-1",
        revision: 3,
        mode: "Deliver",
        priority: .standard,
        type: "Add",
        source: "WEB",
        accountID: "AC-1",
        properties: ["speed": "1", "color": "blue", "segment": "home", "x/deep": "yes"],
        lines: [line]
    )
    private let subject = ConditionSubject(order: order, line: line, patterns: ["Equipment", "Base"])

    @Test(
        "a name is looked up as built-in, line property, line attribute, order property, in this order",
        arguments: [
            ("action", "MOVE-ADD"), ("productClass", "Thing"), ("type", "PRODUCT"), ("name", "Modem"),
            ("line", "7"),
            ("quantity", "2.5"), ("pattern", "Equipment"), ("mode", "Deliver"), ("priority", "5"),
            ("source", "WEB"),
            ("orderType", "Add"), ("account", "AC-1"), ("order", "SO-1"), ("revision", "3"),
            ("speed", "8"), ("color", "red"), ("segment", "home"), ("CityName", "Rio de Janeiro"),
            ("ServiceAddress/CityName", "Rio de Janeiro"), ("Zip", "1"), ("b/Zip", "2"), ("deep", "yes"),
            ("order.speed", "1"), ("order.color", "blue"), ("order.type", "Add"), ("unknown", nil),
            ("empty", nil),
            ("order.action", nil), ("ityName", nil),
        ] as [(String, String?)]
    )
    func lookup(name: String, value: String?) {
        #expect(subject.value(name) == value)
    }

    @Test("every built-in name has an answer")
    func builtIn() {
        for name in ConditionSubject.builtInNames { #expect(subject.value(name) != nil, "\(name)") }
    }

    @Test("an order as a whole has no line to ask")
    func orderOnly() {
        let whole = ConditionSubject(order: Self.order, line: nil)
        #expect(whole.value("action") == nil)
        #expect(whole.value("type") == "Add")
        #expect(whole.value("speed") == "1")
    }

    @Test(
        "each kind of condition holds when it should",
        arguments: [
            (.always, true), (.isOneOf(name: "action", values: ["ADD", "MOVE-ADD"]), true),
            (.isOneOf(name: "action", values: ["add"]), false),
            (.isOneOf(name: "unknown", values: [""]), false),
            (.isOneOf(name: "pattern", values: ["Base"]), true),
            (.isOneOf(name: "pattern", values: ["X"]), false),
            (.isPresent(name: "color"), true), (.isPresent(name: "empty"), false),
            (.isPresent(name: "x"), false),
            (.isPresent(name: "pattern"), true),
            (.isWithin(name: "quantity", atLeast: 2.5, atMost: 2.5), true),
            (.isWithin(name: "quantity", atLeast: nil, atMost: 2), false),
            (.isWithin(name: "quantity", atLeast: 3, atMost: nil), false),
            (.isWithin(name: "name", atLeast: nil, atMost: nil), false),
            (.isWithin(name: "unknown", atLeast: nil, atMost: nil), false),
            (.isLike(name: "CityName", pattern: "Rio*"), true),
            (.isLike(name: "CityName", pattern: "rio*"), false),
            (.isLike(name: "unknown", pattern: "*"), false), (.not(.isPresent(name: "x")), true),
            (.not(.always), false), (.all([]), true), (.any([]), false),
            (.all([.always, .isPresent(name: "x")]), false), (.any([.isPresent(name: "x"), .always]), true),
            (.not(.any([.isPresent(name: "x"), .isPresent(name: "y")])), true),
        ] as [(Condition, Bool)]
    )
    func holds(condition: Condition, expected: Bool) {
        #expect(condition.holds(for: subject) == expected)
    }

    @Test("a condition names everything it asks for")
    func names() {
        let condition = Condition.all([
            .always, .any([.isPresent(name: "a"), .isLike(name: "b", pattern: "*")]),
            .not(.isWithin(name: "c", atLeast: 1, atMost: nil)), .isOneOf(name: "d", values: []),
        ])
        #expect(condition.names == ["a", "b", "c", "d"])
    }
}

@Suite("State tree")
struct StateTreeTests {
    private static let states: [StateName] = [
        "OPEN", "IN_PROGRESS", "IN_PROGRESS-A", "IN_PROGRESS-A-1", "IN_PROGRESS-B", "COMPLETE", "COMPLETE-A",
        "FAILED",
        "FAILED-A", "CANCELLED",
    ]

    private var tree: StateTree {
        var tree = StateTree()
        _ = tree.add("IN_PROGRESS-A", below: "IN_PROGRESS")
        _ = tree.add("IN_PROGRESS-A-1", below: "IN_PROGRESS-A")
        _ = tree.add("IN_PROGRESS-B", below: "IN_PROGRESS")
        _ = tree.add("COMPLETE-A", below: "COMPLETE")
        _ = tree.add("FAILED-A", below: "FAILED")
        return tree
    }

    @Test("a state below another is within it and all above, and has their root (A28)")
    func within() {
        let tree = tree
        #expect(tree.state("IN_PROGRESS-A-1", isWithin: "IN_PROGRESS-A-1"))
        #expect(tree.state("IN_PROGRESS-A-1", isWithin: "IN_PROGRESS-A"))
        #expect(tree.state("IN_PROGRESS-A-1", isWithin: "IN_PROGRESS"))
        #expect(!tree.state("IN_PROGRESS-A", isWithin: "IN_PROGRESS-A-1"))
        #expect(!tree.state("IN_PROGRESS-A-1", isWithin: "IN_PROGRESS-B"))
        #expect(!tree.state("IN_PROGRESS-A", isWithin: "COMPLETE"))
        #expect(tree.root(of: "IN_PROGRESS-A-1") == .inProgress)
        #expect(tree.root(of: "nobody") == .open)
    }

    @Test("a taken name and an unknown parent are refused")
    func refused() {
        var tree = tree
        let taken = tree.add("IN_PROGRESS-A", below: "COMPLETE")
        let orphan = tree.add("X", below: "Y")
        #expect(!taken && !orphan)
        #expect(tree.nodes["X"] == nil)
    }

    /// The states that each may become; written out, not calculated.
    private static let mayBecome: [StateName: Set<StateName>] = [
        "OPEN": [
            "IN_PROGRESS", "IN_PROGRESS-A", "IN_PROGRESS-A-1", "IN_PROGRESS-B", "COMPLETE", "COMPLETE-A",
            "FAILED",
            "FAILED-A", "CANCELLED",
        ],
        "IN_PROGRESS": [
            "IN_PROGRESS-A", "IN_PROGRESS-A-1", "IN_PROGRESS-B", "COMPLETE", "COMPLETE-A", "FAILED",
            "FAILED-A",
            "CANCELLED",
        ],
        "IN_PROGRESS-A": [
            "IN_PROGRESS-A-1", "IN_PROGRESS-B", "COMPLETE", "COMPLETE-A", "FAILED", "FAILED-A", "CANCELLED",
        ],
        "IN_PROGRESS-A-1": ["IN_PROGRESS-B", "COMPLETE", "COMPLETE-A", "FAILED", "FAILED-A", "CANCELLED"],
        "IN_PROGRESS-B": ["COMPLETE", "COMPLETE-A", "FAILED", "FAILED-A", "CANCELLED"],
        "COMPLETE": ["COMPLETE-A"],
        "COMPLETE-A": [],
        "FAILED": [
            "FAILED-A", "IN_PROGRESS", "IN_PROGRESS-A", "IN_PROGRESS-A-1", "IN_PROGRESS-B", "COMPLETE",
            "COMPLETE-A",
            "CANCELLED",
        ],
        "FAILED-A": [
            "FAILED", "IN_PROGRESS", "IN_PROGRESS-A", "IN_PROGRESS-A-1", "IN_PROGRESS-B", "COMPLETE",
            "COMPLETE-A",
            "CANCELLED",
        ],
        "CANCELLED": [],
    ]

    @Test("no state goes back: every pair of current and next (A29)")
    func everyPair() {
        let tree = tree
        for current in Self.states {
            for next in Self.states {
                let expected = Self.mayBecome[current]?.contains(next) ?? false
                #expect(tree.state(current, mayBecome: next) == expected, "\(current) -> \(next)")
            }
        }
    }

    @Test("work has reached a state when it is there, below or beyond")
    func reached() {
        let tree = tree
        #expect(tree.state("IN_PROGRESS-B", hasReached: "IN_PROGRESS-A"))
        #expect(!tree.state("IN_PROGRESS-A", hasReached: "IN_PROGRESS-B"))
        #expect(tree.state("IN_PROGRESS-A-1", hasReached: "IN_PROGRESS-A"))
        #expect(tree.state("COMPLETE", hasReached: "IN_PROGRESS-B"))
        #expect(!tree.state("FAILED", hasReached: "IN_PROGRESS"))
        #expect(!tree.state("CANCELLED", hasReached: "OPEN"))
        #expect(tree.state("IN_PROGRESS", hasReached: "OPEN"))
    }
}
