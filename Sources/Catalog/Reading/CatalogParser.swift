internal import Fulfillment
internal import Messages
internal import Orders

/// Reads one catalog document, section by section; the sections are in files of their own.
struct CatalogParser {
    let problems: Problems
    let root: Fields
    let version: String
    var names = CatalogNames()

    static let keys = [
        "catalog", "timeZone", "modes", "defaultMode", "priorityOutOfRange", "revisions", "start", "accept",
        "recognize", "productClasses", "lineTypes", "bundles", "offers", "patterns", "functions",
        "dependencies",
        "states", "milestones", "stateMaps", "systems", "composition", "valueMaps", "translate",
        "policies", "upstream", "changes", "fallout", "containment", "tickets", "followOn",
    ]

    init?(_ node: YAMLNode, version: String, problems: Problems) {
        let required = ["catalog", "modes", "patterns", "functions", "systems", "upstream"]
        guard
            let root = Fields(
                node,
                "the catalog",
                at: .start,
                keys: Self.keys,
                required: required,
                problems: problems
            )
        else { return nil }
        self.problems = problems
        self.root = root
        self.version = version
    }

    /// The catalog; of use only when no error was told.
    mutating func catalog(text: [UInt8]) -> RoleCatalog {
        gatherNames()
        let (accepted, mappings) = recognition()
        let patterns = patterns()
        let functions = functions()
        let valueMaps = valueMaps()
        var incompleteSystems: Set<SystemName> = []
        let systems = systems(valueMaps, incomplete: &incompleteSystems)
        let translations = translations(root, valueMaps)
        let dependencies = dependencies(patterns: patterns)
        let classes = productClasses()
        let types = lineTypes()
        checkUse(patterns: patterns, functions: functions, systems: systems, classes: classes, types: types)
        checkValueMapUse()
        let composition = composition()
        checkCompletion(functions: functions, systems: systems, incomplete: incompleteSystems)
        checkStates(systems: systems, incomplete: incompleteSystems, composition: composition)
        let fulfillment = FulfillmentCatalog(
            name: root.text("catalog") ?? "",
            version: version,
            zone: zone(),
            modes: Set(names.modes.map(ModeName.init(rawValue:))),
            defaultMode: defaultMode(),
            priorityPolicy: root.choice("priorityOutOfRange") ?? .useStandardWhenOutOfRange,
            revisionPolicy: root.choice("revisions") ?? .number,
            startPolicy: root.choice("start") ?? .calculated,
            productClasses: classes,
            lineTypes: types,
            bundleTypes: typeNames("bundles", standard: "BUNDLE"),
            offerTypes: typeNames("offers", standard: "OFFER"),
            patterns: patterns,
            functions: functions,
            systems: systems,
            dependencies: dependencies,
            states: names.states,
            milestones: root.texts("milestones").map { MilestoneName(rawValue: $0.text) },
            lineComposition: composition.line,
            orderComposition: composition.order,
            translations: translations,
            policies: policies(),
            upstream: upstream(),
            changes: changes(),
            fallout: fallout(),
            containment: root.choice("containment") ?? .component,
            tickets: tickets(),
            unknownBase: unknownBase()
        )
        return RoleCatalog(
            fulfillment: fulfillment,
            acceptedMessages: accepted,
            mappings: mappings,
            text: text
        )
    }

    /// A name that something refers to; unknown ones are told.
    func reference(_ kind: CatalogNames.Kind, _ name: String, at place: Place) -> String? {
        let known = names.known(kind)
        guard known.contains(name) else {
            problems.unknown(kind.rawValue, name, at: place, among: known)
            return nil
        }
        return name
    }

    /// A reference under a key of a mapping.
    func reference(_ kind: CatalogNames.Kind, in fields: Fields, _ key: String) -> String? {
        guard let node = fields[key], let text = fields.text(key) else { return nil }
        return reference(kind, text, at: node.place)
    }

    /// References in a list under a key of a mapping.
    func references(_ kind: CatalogNames.Kind, in fields: Fields, _ key: String) -> [String] {
        fields.texts(key).compactMap { reference(kind, $0.text, at: $0.place) }
    }

    private mutating func gatherNames() {
        names.modes = Set(root.texts("modes").map(\.text))
        names.milestones = Set(root.texts("milestones").map(\.text))
        for entry in root.mapping("patterns") { names.setPlace(.pattern, entry.key, entry.place) }
        names.patterns = Set(root.mapping("patterns").map(\.key))
        for entry in root.mapping("functions") { names.setPlace(.function, entry.key, entry.place) }
        names.functions = Set(root.mapping("functions").map(\.key))
        for entry in root.mapping("systems") { names.setPlace(.system, entry.key, entry.place) }
        names.systems = Set(root.mapping("systems").map(\.key))
        names.stateMaps = Set(root.mapping("stateMaps").map(\.key))
        names.valueMaps = Set(root.mapping("valueMaps").map(\.key))
        names.productClasses = Set(root.mapping("productClasses").map(\.key))
        names.states = states()
        gatherProperties()
    }

    private func zone() -> ZoneRule {
        guard let node = root["timeZone"], let text = root.text("timeZone") else { return .utc }
        guard let zone = ZoneRule(identifier: text) else {
            problems.error(
                node.place,
                "unknown time zone '\(text)'",
                "use a name of the time zone database, such as Europe/Lisbon"
            )
            return .utc
        }
        return zone
    }

    private func defaultMode() -> ModeName? {
        reference(.mode, in: root, "defaultMode").map(ModeName.init(rawValue:))
    }

    /// What becomes of orders that follow one that is not known.
    private func unknownBase() -> UnknownBasePolicy {
        let fields = root["followOn"].flatMap {
            Fields($0, "followOn", at: root.keyPlace("followOn"), keys: ["unknownBase"], problems: problems)
        }
        return fields?.choice("unknownBase") ?? .wait
    }

    private func typeNames(_ key: String, standard: String) -> Set<String> {
        root[key] == nil ? [standard] : Set(root.texts(key).map(\.text))
    }

    private func upstream() -> UpstreamPolicy {
        guard let node = root["upstream"],
            let fields = Fields(
                node,
                "upstream",
                at: root.keyPlace("upstream"),
                keys: ["format", "grouping", "statusCodes"],
                required: ["format"],
                problems: problems
            )
        else { return UpstreamPolicy(format: .none) }
        return UpstreamPolicy(
            format: fields.choice("format") ?? .none,
            grouping: fields.choice("grouping") ?? .together,
            statusCodes: statusCodes(fields)
        )
    }
}
