internal import Fulfillment
internal import Orders

// What is done about failures: the first row that fits decides.
extension CatalogParser {
    /// Most attempts that a row may ask for.
    private static let retriesMax = 1000

    func fallout() -> [FalloutRule] {
        var isDecided = false
        return root.items("fallout").compactMap { item in
            let row = falloutRule(item)
            if isDecided {
                problems.warning(
                    item.place,
                    "this row of 'fallout' is never reached, one before it fits every failure",
                    "put the row without functions, systems and codes last"
                )
            }
            let conditions = ["functions", "systems", "codes"]
            guard row?.action != .downstream, row?.action != .goOn else { return row }
            isDecided = isDecided || !(item.entries ?? []).contains { conditions.contains($0.key) }
            return row
        }
    }

    private func falloutRule(_ node: YAMLNode) -> FalloutRule? {
        guard
            let fields = Fields(
                node,
                "a row of 'fallout'",
                keys: ["functions", "systems", "codes", "do"],
                required: ["do"],
                problems: problems
            )
        else { return nil }
        let functions = references(.function, in: fields, "functions").map(FunctionName.init(rawValue:))
        let systems = references(.system, in: fields, "systems").map(SystemName.init(rawValue:))
        let codes = fields.texts("codes")
        for (code, place) in codes { checkCode(code, at: place) }
        guard let node = fields["do"], let action = falloutAction(node) else { return nil }
        switch action {
        case .downstream: check(codes, areOnly: .systemRefused, "downstream", "refusal", at: node.place)
        case .goOn: check(codes, areOnly: .systemCancelled, "go on", "cancellation", at: node.place)
        default: break
        }
        return FalloutRule(
            functions: Set(functions),
            systems: Set(systems),
            codes: Set(codes.map(\.text)),
            action: action
        )
    }

    /// When a component is late: `late` of a function, or of a system whose own pace goes before.
    func lateness(_ of: Fields) -> Lateness? {
        guard let node = of["late"],
            let fields = Fields(
                node,
                "'late' of \(of.what)",
                keys: ["after", "jeopardyEvery"],
                required: ["after"],
                problems: problems
            )
        else { return nil }
        let every = seconds(fields, "jeopardyEvery")
        guard let after = seconds(fields, "after") else { return nil }
        if let usual = of.milliseconds("duration"), after * 1000 < usual {
            problems.warning(
                fields["after"]?.place ?? fields.place,
                "'after' of \(fields.what) is shorter than its 'duration': it is late before it usually ends",
                "write a longer one"
            )
        }
        return Lateness(afterSeconds: after, jeopardyEverySeconds: every)
    }

    /// Such a row is about what systems say, and not about what else goes wrong.
    private func check(
        _ codes: [(text: String, place: Place)],
        areOnly meant: FailureCode,
        _ action: String,
        _ what: String,
        at place: Place
    ) {
        let own = codes.first { FailureCode(rawValue: $0.text).map { $0 != meant } ?? false }
        guard let own else { return }
        problems.warning(
            place,
            "'do: \(action)' of a row of 'fallout' says nothing about code '\(own.text)', which is no system's \(what)",
            "give that code a row of its own"
        )
    }

    /// Systems have codes of their own, so only what looks like one of ours misspelled is told.
    private func checkCode(_ code: String, at place: Place) {
        guard let meant = NearestName.misspelled(code, among: FailureCode.allCases.map(\.rawValue)) else {
            return
        }
        problems.warning(
            place,
            "code '\(code)' is close to one of this station's own",
            "did you mean '\(meant)'? Leave it when a system says it so"
        )
    }

    private func falloutAction(_ node: YAMLNode) -> FalloutAction? {
        let what = "'do' of a row of 'fallout'"
        let right = "write wait, downstream, go on, abort, roll back or {retry: 3, first: PT2S}"
        guard node.entries != nil else {
            switch node.scalar {
            case "wait": return .wait
            case "downstream": return .downstream
            case "go on": return .goOn
            case "abort": return .abort
            case "roll back": return .rollBack
            default:
                problems.error(
                    node.place,
                    "\(what) is \(node.scalar.map { "'\($0)'" } ?? node.kind)",
                    node.scalar.flatMap {
                        NearestName.nearest(
                            to: $0,
                            among: ["wait", "downstream", "go on", "abort", "roll back"]
                        )
                    }
                    .map { "did you mean '\($0)'?" } ?? right
                )
                return nil
            }
        }
        guard
            let fields = Fields(
                node,
                what,
                keys: ["retry", "first"],
                required: ["retry"],
                problems: problems
            ), let times = fields.integer("retry", in: 1...Self.retriesMax)
        else { return nil }
        return .retry(times: times, firstMilliseconds: fields.milliseconds("first") ?? 2000)
    }
}
