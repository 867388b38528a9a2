internal import Fulfillment
internal import Orders

// How orders change their mind: points of no return, strategies of compensation, grace periods.
extension CatalogParser {
    /// What may be changed, and what accepted work is waited for.
    func changes() -> ChangePolicy {
        guard
            let fields = section("changes", keys: ["beyondReturn", "afterEnd", "grace", "forbid"])
        else { return .standard }
        let grace = fields["grace"].flatMap {
            Fields($0, "'grace' of changes", keys: ["suspend", "amend", "cancel"], problems: problems)
        }
        return ChangePolicy(
            beyondReturn: fields.choice("beyondReturn") ?? .refuse,
            afterEnd: fields.choice("afterEnd") ?? .refuse,
            suspendGrace: grace.map { gracePeriod($0, "suspend") } ?? .none,
            amendGrace: grace.map { gracePeriod($0, "amend") } ?? .none,
            cancelGrace: grace.map { gracePeriod($0, "cancel") } ?? .none,
            forbidden: fields.items("forbid").compactMap { forbidden($0) }
        )
    }

    /// A transition condition; where it holds, what the life cycle permits is refused.
    private func forbidden(_ node: YAMLNode) -> ForbiddenTransaction? {
        guard
            let fields = Fields(
                node,
                "a row of 'forbid'",
                keys: ["transactions", "states", "when", "message", "severity"],
                required: ["transactions", "message"],
                problems: problems
            )
        else { return nil }
        let transactions = choices(fields, "transactions", among: ForbiddenTransaction.askable, \.rawValue)
        let states = choices(fields, "states", among: LifecycleState.allCases, \.rawValue)
        return ForbiddenTransaction(
            Set(transactions),
            in: Set(states),
            when: ConditionParser(problems: problems, names: names).condition(fields),
            message: fields.text("message") ?? "",
            severity: fields.choice("severity") ?? .error
        )
    }

    /// The items of a list, each one of those known.
    private func choices<Choice>(
        _ fields: Fields,
        _ key: String,
        among known: [Choice],
        _ name: (Choice) -> String
    ) -> [Choice] {
        fields.texts(key).compactMap { text, place in
            if let choice = known.first(where: { name($0) == text }) { return choice }
            let names = known.map(name)
            problems.error(
                place,
                "'\(text)' in '\(key)' of \(fields.what) is not known",
                NearestName.nearest(to: text, among: names).map { "did you mean '\($0)'?" }
                    ?? "known are \(names.joined(separator: ", "))"
            )
            return nil
        }
    }

    private func section(_ key: String, keys: [String]) -> Fields? {
        root[key].flatMap { Fields($0, key, at: root.keyPlace(key), keys: keys, problems: problems) }
    }

    private func gracePeriod(_ grace: Fields, _ transition: String) -> GracePeriod {
        let what = "'\(transition)' of \(grace.what)"
        guard let node = grace[transition],
            let fields = Fields(
                node,
                what,
                keys: ["max", "jeopardyEvery"],
                required: ["max"],
                problems: problems
            )
        else { return .none }
        var period = GracePeriod.none
        if let text = fields["max"]?.scalar, DurationText.milliseconds(text) == nil {
            if text == "unlimited" {
                period.secondsMax = nil
            } else {
                problems.error(
                    fields["max"]?.place ?? fields.place,
                    "'max' of \(what) is '\(text)'",
                    "write unlimited, or an ISO 8601 duration such as PT1H"
                )
            }
        } else {
            period.secondsMax = (fields.milliseconds("max") ?? 0) / 1000
        }
        if let every = seconds(fields, "jeopardyEvery") { period.jeopardyEverySeconds = every }
        return period
    }

    /// A duration of whole seconds, at least one.
    func seconds(_ fields: Fields, _ key: String) -> Int64? {
        guard let milliseconds = fields.milliseconds(key) else { return nil }
        guard milliseconds >= 1000 else {
            problems.error(
                fields[key]?.place ?? fields.place,
                "'\(key)' of \(fields.what) is less than a second",
                "write at least PT1S"
            )
            return nil
        }
        return milliseconds / 1000
    }

    // MARK: Functions

    private enum Return: String, CaseIterable { case soft, hard }

    func pointsOfNoReturn(_ function: Fields) -> [PointOfNoReturn] {
        function.items("pointsOfNoReturn").compactMap { item in
            guard
                let fields = Fields(
                    item,
                    "a point of no return of \(function.what)",
                    keys: ["state", "is", "patterns"],
                    required: ["state", "is"],
                    problems: problems
                )
            else { return nil }
            let patterns = references(.pattern, in: fields, "patterns").map(PatternName.init(rawValue:))
            let kind: Return? = fields.choice("is")
            return reference(.state, in: fields, "state").map {
                PointOfNoReturn(
                    kind == .soft ? .soft : .hard,
                    from: StateName(rawValue: $0),
                    patterns: Set(patterns)
                )
            }
        }
    }

    /// One word, or a list of choices that ends with one.
    func strategy(
        _ function: Fields,
        _ key: String,
        of permitted: [CompensationKind],
        standard: CompensationStrategy
    ) -> CompensationStrategy {
        guard let node = function[key] else { return standard }
        let what = "'\(key)' of \(function.what)"
        if node.scalar != nil {
            return kind(node, what, of: permitted).map { CompensationStrategy($0) } ?? standard
        }
        var strategy = standard
        strategy.choices = []
        var isDecided = false
        let items = problems.items(node, what)
        for item in items {
            if isDecided {
                problems.warning(
                    item.place,
                    "this choice of \(what) is never taken, one before it has no condition",
                    "put the choice without condition last"
                )
                continue
            }
            guard let choice = strategyChoice(item, what, of: permitted) else {
                // Whatever it is, it is no reason to ask for another end of the list.
                isDecided = item.entries == nil
                continue
            }
            if let condition = choice.condition {
                strategy.choices.append(.init(choice.kind, when: condition))
            } else {
                strategy.otherwise = choice.kind
                isDecided = true
            }
        }
        if !isDecided, case .list = node.content {
            problems.error(
                (items.last ?? node).place,
                "\(what) says nothing of what meets none of its conditions",
                "end it with one of " + permitted.map(\.rawValue).joined(separator: ", ")
            )
        }
        return strategy
    }

    private func strategyChoice(
        _ node: YAMLNode,
        _ what: String,
        of permitted: [CompensationKind]
    ) -> (kind: CompensationKind, condition: Condition?)? {
        if node.scalar != nil { return kind(node, what, of: permitted).map { ($0, nil) } }
        guard
            let fields = Fields(
                node,
                "a choice of \(what)",
                keys: ["do", "when"],
                required: ["do"],
                problems: problems
            )
        else { return nil }
        let condition =
            fields["when"].map { _ in ConditionParser(problems: problems, names: names).condition(fields) }
        return fields["do"].flatMap { kind($0, what, of: permitted) }.map { ($0, condition) }
    }

    private func kind(_ node: YAMLNode, _ what: String, of permitted: [CompensationKind]) -> CompensationKind?
    {
        guard let text = problems.text(node, what) else { return nil }
        if let kind = permitted.first(where: { $0.rawValue == text }) { return kind }
        let known = permitted.map(\.rawValue)
        problems.error(
            node.place,
            "\(what) is '\(text)'",
            NearestName.nearest(to: text, among: known).map { "did you mean '\($0)'?" }
                ?? "it may be \(known.joined(separator: ", "))"
        )
        return nil
    }
}
