internal import Fulfillment
internal import Orders

// Systems: where they are asked, and how their words map to ours.
extension CatalogParser {
    /// The systems; `incomplete` gets those whose mappings could not all be read.
    func systems(
        _ valueMaps: [String: ReadValueMap],
        incomplete: inout Set<SystemName>
    ) -> [SystemName: FulfillmentSystem] {
        var systems: [SystemName: FulfillmentSystem] = [:]
        let told = problems.count
        let maps = stateMaps()
        let areMapsComplete = problems.count == told
        for entry in root.mapping("systems") {
            guard
                let fields = Fields(
                    entry.value,
                    "system \(entry.key)",
                    at: entry.place,
                    keys: [
                        "target", "targetApplicationType", "targetServiceName", "queue", "format", "mode",
                        "translate", "states", "unmapped", "silence", "late", "emulate",
                    ],
                    required: ["queue", "format", "states"],
                    problems: problems
                )
            else { continue }
            let name = SystemName(rawValue: entry.key)
            let told = problems.count
            let stateMap = fields["states"].map { mappings($0, "'states' of \(fields.what)", maps, []) } ?? []
            let isComplete = fields["states"] != nil && problems.count == told
            if !isComplete || !areMapsComplete { incomplete.insert(name) }
            systems[name] = FulfillmentSystem(
                name: name,
                targetID: fields.text("target") ?? entry.key,
                target: target(fields),
                requestQueue: fields.text("queue") ?? "",
                requestFormat: fields.choice("format") ?? .fulfillmentOrder,
                requestMode: fields.text("mode").map(ModeName.init(rawValue:)),
                translations: translations(fields, valueMaps, system: entry.key),
                stateMap: stateMap,
                unmappedStatus: fields.choice("unmapped") ?? .ignore,
                silenceSecondsMax: seconds(fields, "silence"),
                lateness: lateness(fields),
                emulation: emulation(fields, stateMap: isComplete ? stateMap : nil)
            )
        }
        return systems
    }

    /// What else the header says of the system asked.
    private func target(_ fields: Fields) -> Rare<TargetDetails>? {
        let details = TargetDetails(
            applicationType: fields.text("targetApplicationType"),
            serviceName: fields.text("targetServiceName")
        )
        return details == TargetDetails() ? nil : Rare(details)
    }

    private func stateMaps() -> [String: YAMLNode] {
        let entries = root.mapping("stateMaps")
        let maps = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        // Maps that no system uses are read all the same, so that everything wrong is told.
        for entry in entries { _ = mappings(entry.value, "state map \(entry.key)", maps, [entry.key]) }
        return maps
    }

    /// Mappings written here, and those of named state maps, in order.
    private func mappings(
        _ node: YAMLNode,
        _ what: String,
        _ maps: [String: YAMLNode],
        _ open: [String]
    ) -> [StateMapping] {
        let items = node.scalar == nil ? problems.items(node, what) : [node]
        return items.flatMap { item -> [StateMapping] in
            guard let name = item.scalar else { return mapping(item, what).map { [$0] } ?? [] }
            guard reference(.stateMap, name, at: item.place) != nil, let map = maps[name] else { return [] }
            guard !open.contains(name) else {
                let cycle = (open.drop { $0 != name } + [name]).joined(separator: " -> ")
                problems.error(
                    item.place,
                    "state maps contain each other: \(cycle)",
                    "remove one of these names"
                )
                return []
            }
            return mappings(map, "state map \(name)", maps, open + [name])
        }
    }

    private func mapping(_ node: YAMLNode, _ what: String) -> StateMapping? {
        let keys = [
            "external", "externalMilestone", "functions", "patterns", "modes", "productClasses", "state",
            "milestone",
        ]
        guard
            let fields = Fields(
                node,
                "a mapping of \(what)",
                keys: keys,
                required: ["state"],
                problems: problems
            )
        else { return nil }
        let state = reference(.state, in: fields, "state")
        return StateMapping(
            external: fields.text("external"),
            externalMilestone: fields.text("externalMilestone"),
            functions: Set(references(.function, in: fields, "functions").map(FunctionName.init(rawValue:))),
            patterns: Set(references(.pattern, in: fields, "patterns").map(PatternName.init(rawValue:))),
            modes: Set(references(.mode, in: fields, "modes").map(ModeName.init(rawValue:))),
            productClasses: Set(references(.productClass, in: fields, "productClasses")),
            state: StateName(rawValue: state ?? ""),
            milestone: reference(.milestone, in: fields, "milestone").map(MilestoneName.init(rawValue:))
        )
    }

    private func emulation(_ system: Fields, stateMap: [StateMapping]?) -> Emulation? {
        guard let node = system["emulate"],
            let fields = Fields(
                node,
                "'emulate' of \(system.what)",
                keys: ["replies", "refuse"],
                required: ["replies"],
                problems: problems
            )
        else { return nil }
        let replies = fields.items("replies").compactMap { reply($0, system, stateMap) }
        let refusals = fields.items("refuse").compactMap { refusal($0, system, stateMap) }
        return Emulation(replies: replies, refusals: refusals)
    }

    private func reply(_ node: YAMLNode, _ system: Fields, _ stateMap: [StateMapping]?) -> EmulatedReply? {
        guard
            let fields = Fields(
                node,
                "an emulated reply of \(system.what)",
                keys: ["status", "description", "milestone", "after", "attributes"],
                required: ["status"],
                problems: problems
            )
        else { return nil }
        let status = fields.text("status")
        let milestone = fields.text("milestone")
        checkMapped(fields, status, milestone, system, stateMap)
        let attributes = fields.table("attributes").sorted { $0.key < $1.key }
        return EmulatedReply(
            status: status ?? "",
            description: fields.text("description"),
            milestone: milestone,
            afterMilliseconds: Int(fields.milliseconds("after") ?? 0),
            attributes: attributes.map { LineAttribute(name: $0.key, value: $0.value) }
        )
    }

    private func refusal(_ node: YAMLNode, _ system: Fields, _ stateMap: [StateMapping]?) -> EmulatedRefusal?
    {
        guard
            let fields = Fields(
                node,
                "an emulated refusal of \(system.what)",
                keys: ["when", "execution", "status", "reason", "description"],
                required: ["when", "reason"],
                problems: problems
            )
        else { return nil }
        let status = fields.text("status") ?? "FAILED"
        checkMapped(fields, status, nil, system, stateMap)
        let reason = fields.text("reason") ?? ""
        let executions: [ExecutionMode]? = fields["execution"].map { node in
            let items = node.scalar == nil ? fields.items("execution") : [node]
            return items.compactMap { problems.choice($0, "'execution' of \(fields.what)") }
        }
        return EmulatedRefusal(
            executions: Set(executions ?? [.perform, .redo]),
            condition: ConditionParser(problems: problems, names: names).condition(fields),
            status: status,
            reason: reason,
            description: fields.text("description") ?? reason
        )
    }

    /// An emulated system must speak words that its own state map knows; `nil` when that could not be read.
    private func checkMapped(
        _ fields: Fields,
        _ status: String?,
        _ milestone: String?,
        _ system: Fields,
        _ stateMap: [StateMapping]?
    ) {
        guard let status, let stateMap, system["states"] != nil else { return }
        let wanted = ExternalStatus.normalized(status)
        let isMapped = stateMap.contains { mapping in
            mapping.external.map { ExternalStatus.normalized($0) == wanted } ?? true
                && (mapping.externalMilestone == nil || mapping.externalMilestone == milestone)
        }
        guard !isMapped else { return }
        let known = Set(stateMap.compactMap(\.external))
        problems.error(
            fields["status"]?.place ?? fields.place,
            "no state map of \(system.what) maps status '\(status)'",
            NearestName.nearest(to: status, among: known).map { "did you mean '\($0)'?" }
                ?? "add a mapping for it to 'states'"
        )
    }
}
