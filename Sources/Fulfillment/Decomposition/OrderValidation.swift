package import Orders

/// What became of a draft: a valid order, or every reason why it is none.
package struct ValidationResult: Sendable {
    /// `nil` when there is any failure.
    package var order: Order?
    /// The revision of the order, valid or not.
    package var revision: Int
    package var failures: [Failure]
    /// Told, but no obstacle.
    package var warnings: [Failure]
}

/// Turns an ``OrderDraft`` into an ``Order`` by the rules of a catalog, or names all that is wrong with it at
/// once.
package struct OrderValidation {
    private var draft: OrderDraft
    private let catalog: FulfillmentCatalog
    private let linesMax: Int
    private var failures: [Failure] = []
    private var untold = 0
    private var warnings: [Failure] = []

    /// Validates a draft; `arrivalRevision` is the revision for catalogs whose senders number none.
    package static func validate(
        _ draft: OrderDraft,
        catalog: FulfillmentCatalog,
        linesMax: Int,
        arrivalRevision: Int = 1
    ) -> ValidationResult {
        var validation = OrderValidation(draft: draft, catalog: catalog, linesMax: linesMax)
        let order = validation.order(arrivalRevision: arrivalRevision)
        if validation.untold > 0 {
            validation.failures.append(Failure(.orderInvalid, "and \(validation.untold) failures more"))
        }
        return ValidationResult(
            order: validation.failures.isEmpty ? order : nil,
            revision: order.revision,
            failures: validation.failures,
            warnings: validation.warnings
        )
    }

    private init(draft: OrderDraft, catalog: FulfillmentCatalog, linesMax: Int) {
        self.draft = draft
        self.catalog = catalog
        self.linesMax = linesMax
    }

    /// Failures told of one order; the last then says how many more there are.
    package static let failuresMax = 1_000
    /// The highest revision that every reader of JSON takes as a whole number.
    package static let revisionMax = 1_000_000_000_000_000

    /// - Returns: `nil` when the text is not a whole number from 0 to ``revisionMax``.
    package static func revisionNumber(_ text: String) -> Int? {
        Int(text).flatMap { (0...revisionMax).contains($0) ? $0 : nil }
    }

    private mutating func fail(_ failure: Failure) {
        if failures.count < Self.failuresMax - 1 { failures.append(failure) } else { untold += 1 }
    }

    private mutating func order(arrivalRevision: Int) -> Order {
        let sentAs = translateValues()
        var order = Order(
            key: draft.key,
            revision: revision(arrival: arrivalRevision),
            mode: mode(),
            priority: priority(),
            type: draft.type,
            source: draft.source,
            orderDate: date(draft.orderDate, what: "order date"),
            requestedDelivery: date(draft.requestedDelivery, what: "requested delivery"),
            accountID: draft.accountID,
            accountName: draft.accountName,
            correlation: draft.correlation,
            salesOrderID: draft.salesOrderID,
            properties: draft.properties,
            extensions: draft.extensions,
            sentAs: sentAs,
            bases: draft.bases
        )
        guard checkLineCount() else { return order }
        order.lines = draft.lines.enumerated().map { line($0.element, position: $0.offset + 1) }
        checkIdentities(order.lines)
        checkParents(order.lines)
        checkBases(of: order)
        for (index, draft) in draft.lines.enumerated() {
            let mustMap = draft.action.flatMap { ServiceAction(code: $0) } != ServiceAction.none
            order.lines[index].pattern = pattern(of: order.lines[index], mustMap: mustMap)
        }
        // Policies judge orders that are right in themselves: their conditions would mislead on others.
        if failures.isEmpty { applyPolicies(to: &order) }
        return order
    }

    /// - Returns: What the sender calls the values that were changed.
    private mutating func translateValues() -> Wording? {
        guard !catalog.translations.isEmpty else { return nil }
        let translation = ArrivalTranslation(catalog.translations, of: draft, linesMax: linesMax)
        draft = translation.draft
        for failure in translation.failures { fail(failure) }
        return translation.sentAs.isEmpty ? nil : translation.sentAs
    }

    // MARK: The order's own fields

    private mutating func revision(arrival: Int) -> Int {
        switch catalog.revisionPolicy {
        case .arrival: return arrival
        case .number:
            guard let text = draft.revision else { return 1 }
            guard let number = Self.revisionNumber(text) else {
                fail(
                    Failure(
                        .revisionNotANumber,
                        "the revision '\(text.prefix(20))' is not a whole number from 0 up"
                    )
                )
                return 1
            }
            return number
        }
    }

    private mutating func mode() -> ModeName {
        guard let text = draft.mode else {
            if let mode = catalog.defaultMode { return mode }
            fail(Failure(.modeUnknown, "the order names no fulfillment mode. \(knownModes)"))
            return ""
        }
        let exact = ModeName(rawValue: text)
        if catalog.modes.contains(exact) { return exact }
        let wanted = ExternalStatus.normalized(text)
        if let mode = catalog.modes.filter({ ExternalStatus.normalized($0.rawValue) == wanted }).min() {
            return mode
        }
        fail(
            Failure(.modeUnknown, "fulfillment mode '\(text.prefix(60))' is not known. \(knownModes)")
        )
        return exact
    }

    private var knownModes: String {
        "Known modes: \(catalog.modes.map(\.rawValue).sorted().joined(separator: ", "))"
    }

    private mutating func priority() -> OrderPriority {
        guard let text = draft.priority else { return .standard }
        if let number = Int(text), let priority = OrderPriority(number) { return priority }
        let told = Failure(.priorityOutOfRange, "priority '\(text.prefix(20))' is not a number from 0 to 9")
        switch catalog.priorityPolicy {
        case .useStandardWhenOutOfRange: warnings.append(told)
        case .refuse: fail(told)
        }
        return .standard
    }

    private mutating func date(_ text: String?, what: String, line: LineID? = nil) -> Timestamp? {
        guard let text else { return nil }
        if let date = Timestamp(text: text, zone: catalog.zone) { return date }
        fail(
            Failure(.dateNotReadable, "the \(what) '\(text.prefix(40))' is not a date", line: line)
        )
        return nil
    }

    private mutating func checkLineCount() -> Bool {
        if draft.lines.isEmpty {
            fail(Failure(.orderWithoutLines, "the order has no lines"))
            return false
        }
        if draft.lines.count > linesMax {
            fail(
                Failure(
                    .lineLimitExceeded,
                    "the order has \(draft.lines.count) lines, the limit is \(linesMax)"
                )
            )
            return false
        }
        return true
    }

    // MARK: Lines

    private mutating func line(_ draft: LineDraft, position: Int) -> OrderLine {
        let place = draft.documentLine > 0 ? " (document line \(draft.documentLine))" : ""
        if draft.id == nil {
            fail(Failure(.lineIDMissing, "line number \(position)\(place) has no identification"))
        }
        let id = LineID(rawValue: draft.id ?? "#\(position)")
        var action = ServiceAction.none
        if let text = draft.action {
            if let known = ServiceAction(code: text) {
                action = known
            } else {
                fail(
                    Failure(
                        .actionUnknown,
                        "line \(id)\(place) has the unknown action '\(text.prefix(40))'",
                        line: id
                    )
                )
            }
        } else {
            fail(Failure(.actionUnknown, "line \(id)\(place) has no action", line: id))
        }
        return OrderLine(
            id: id,
            parents: draft.parents.map { LineID(rawValue: $0) },
            action: action,
            name: draft.name,
            productClass: draft.productClass,
            type: draft.type,
            quantity: draft.quantity,
            requestedDelivery: date(
                draft.requestedDelivery,
                what: "requested delivery of line \(id)\(place)",
                line: id
            ),
            sourceLines: draft.sourceLines.map { LineID(rawValue: $0) },
            properties: draft.properties,
            attributes: draft.attributes,
            extensions: draft.extensions,
            bases: draft.bases
        )
    }

    private mutating func checkIdentities(_ lines: [OrderLine]) {
        var seen: Set<LineID> = []
        var told: Set<LineID> = []
        for line in lines where !seen.insert(line.id).inserted && told.insert(line.id).inserted {
            fail(Failure(.lineIDRepeated, "more than one line has the id \(line.id)", line: line.id))
        }
    }

    private mutating func checkBases(of order: Order) {
        for line in order.lines where line.bases?.contains(where: { $0.order == order.key }) ?? false {
            fail(
                Failure(
                    .baseOrderUnknown,
                    "line \(line.id) follows its own order; within an order the catalog's dependencies decide",
                    line: line.id
                )
            )
        }
        if order.bases?.contains(where: { $0.order == order.key }) ?? false {
            fail(Failure(.baseOrderUnknown, "the order follows itself"))
        }
    }

    private mutating func checkParents(_ lines: [OrderLine]) {
        var parentOf: [LineID: LineID] = [:]
        let known = Set(lines.map(\.id))
        for line in lines {
            for parent in line.parents where !known.contains(parent) {
                fail(
                    Failure(
                        .parentLineUnknown,
                        "line \(line.id) names the parent line \(parent), which the order lacks",
                        line: line.id
                    )
                )
            }
            if let parent = line.parents.first { parentOf[line.id] = parent }
        }
        var settled: Set<LineID> = []
        for line in lines {
            var path: [LineID] = []
            var onPath: Set<LineID> = []
            var current: LineID? = line.id
            while let here = current, !settled.contains(here) {
                if !onPath.insert(here).inserted {
                    let cycle = path[(path.firstIndex(of: here) ?? 0)...] + [here]
                    fail(
                        Failure(
                            .parentLineCycle,
                            "parent lines form a cycle: \(Listing.path(Array(cycle)))",
                            line: here
                        )
                    )
                    break
                }
                path.append(here)
                current = parentOf[here]
            }
            settled.formUnion(path)
        }
    }

    // MARK: Rules of the catalog

    private mutating func applyPolicies(to order: inout Order) {
        for policy in catalog.policies {
            switch policy.scope {
            case .order:
                let subject = ConditionSubject(order: order, line: nil)
                guard policy.condition.holds(for: subject) else { continue }
                switch policy.effect {
                case .assign(let values): order.properties.merge(values) { $1 }
                case .refuse(let reason):
                    fail(Failure(.policyRefused, "\(policy.name): \(reason)", correctiveAction: reason))
                }
            case .line:
                for index in order.lines.indices {
                    let line = order.lines[index]
                    guard policy.condition.holds(for: catalog.subject(line, of: order)) else { continue }
                    switch policy.effect {
                    case .assign(let values): order.lines[index].properties.merge(values) { $1 }
                    case .refuse(let reason):
                        fail(
                            Failure(
                                .policyRefused,
                                "\(policy.name): line \(line.id): \(reason)",
                                correctiveAction: reason,
                                line: line.id
                            )
                        )
                    }
                }
            }
        }
    }

    /// The pattern of a line; a line for which nothing is to be done needs none.
    private mutating func pattern(of line: OrderLine, mustMap: Bool) -> PatternName? {
        if let productClass = line.productClass {
            if let pattern = catalog.productClasses[productClass] { return pattern }
            guard mustMap else { return nil }
            fail(
                Failure(
                    .productClassUnmapped,
                    "line \(line.id): no fulfillment pattern for product class '\(productClass.prefix(100))'",
                    line: line.id
                )
            )
            return nil
        }
        if let type = line.type, let pattern = catalog.lineTypes[type] { return pattern }
        guard mustMap else { return nil }
        fail(
            Failure(
                .productClassUnmapped,
                "line \(line.id) has no product class, and its type '\(line.type?.prefix(60) ?? "")' maps to nothing",
                line: line.id
            )
        )
        return nil
    }
}
