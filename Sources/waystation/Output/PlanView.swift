import Fulfillment
import Orders

/// A plan that was made from an order file and sent to nobody: what `waystation plan` shows.
struct PlanView {
    var role: RoleName
    var order: Order
    var plan: FulfillmentPlan
    var catalog: FulfillmentCatalog
    var warnings: [Failure]

    // MARK: JSON

    var json: JSONValue {
        let awaited = AwaitedNames(plan.components, groups: plan.groups)
        return [
            "valid": true, "key": JSONValue(order.key), "role": JSONValue(role),
            "revision": JSONValue(order.revision),
            "mode": JSONValue(order.mode), "priority": JSONValue(order.priority.value),
            "catalog": JSONValue(catalog.name), "catalogVersion": JSONValue(catalog.version),
            "requestedDelivery": JSONValue(order.requestedDelivery), "failures": [],
            "warnings": .array(warnings.map(\.json)),
            "lines": .array(
                order.lines.map { line in
                    [
                        "id": JSONValue(line.id), "action": JSONValue(line.action),
                        "product": JSONValue(OrderView.product(line)),
                        "productClass": JSONValue(line.productClass),
                        "pattern": JSONValue(line.pattern), "parents": JSONValue(line.parents),
                    ]
                }
            ),
            "components": .array(plan.components.map { component($0, awaited) }), "groups": awaited.json,
            "translated": translated.json,
        ]
    }

    private var translated: TranslatedValues {
        TranslatedValues(of: order, components: plan.components)
    }

    private func component(_ component: PlannedComponent, _ awaited: AwaitedNames) -> JSONValue {
        let fields: [String: JSONValue] = [
            "id": JSONValue(component.id), "function": JSONValue(component.function),
            "system": JSONValue(component.system),
            "queue": JSONValue(catalog.systems[component.system]?.requestQueue),
            "lines": JSONValue(component.lines),
            "notBefore": JSONValue(component.notBefore),
            "follows": .array((component.bases ?? []).map { JSONValue("\($0)") }),
        ]
        return .object(fields.merging(awaited.fields(of: component)) { first, _ in first })
    }

    /// What is wrong with an order that cannot be planned.
    static func json(_ failures: [Failure], key: OrderKey, role: RoleName) -> JSONValue {
        [
            "valid": false, "key": JSONValue(key), "role": JSONValue(role),
            "failures": .array(failures.map(\.json)), "components": [],
        ]
    }

    // MARK: For people

    var text: String {
        let tree = DependencyTree(plan.components, groups: plan.groups)
        let awaited = AwaitedNumbers(plan.components, groups: plan.groups, in: tree)
        var lines = [
            "Order \(order.key), revision \(order.revision), as role \(role) would plan it: "
                + "\(NameList.count(order.lines.count, "line")), \(NameList.count(plan.components.count, "component"))",
            "  mode \(order.mode), priority \(order.priority.value), catalog \(catalog.name) \(catalog.version)",
        ]
        for warning in warnings { lines.append("  warning: \(warning.sentence)") }
        lines.append("")
        for place in tree.places { lines.append(describe(place, tree, awaited)) }
        if plan.components.isEmpty { lines.append("Nothing is to be done for this order.") }
        let words = translated.tableLines
        if !words.isEmpty { lines += ["", "Translated values"] + words.map { "  " + $0 } }
        return lines.map { $0.printable }.joined(separator: "\n")
    }

    private func describe(
        _ place: DependencyTree.Place,
        _ tree: DependencyTree,
        _ awaited: AwaitedNumbers
    ) -> String {
        let component = plan.components[place.component]
        var text =
            "\(place.branch)#\(place.number) \(component.function) by \(component.system): "
            + "\(component.lines.count == 1 ? "line" : "lines") \(NameList.text(component.lines))"
        if let notBefore = component.notBefore { text += ", not before \(notBefore)" }
        if let bases = component.bases { text += ", after \(NameList.text(bases.map(\.description)))" }
        // What stands above it in its branch it waits for in any case.
        let waits = awaited.texts(of: component, above: Set(tree.ancestors(of: place.component)))
        if !waits.isEmpty { text += "; waits also for \(waits.joined(separator: ", "))" }
        return text
    }

    // MARK: Graphviz

    /// The graph in the language of Graphviz.
    var graph: String {
        var lines = [
            "digraph \(Self.quoted(order.key.rawValue)) {", "  rankdir=LR;",
            "  node [shape=box, style=rounded, fontname=\"sans-serif\"];",
            "  edge [fontname=\"sans-serif\", fontsize=10];",
        ]
        for component in plan.components {
            var label = "\(component.function)\n\(component.system)\nlines \(NameList.text(component.lines))"
            if let notBefore = component.notBefore { label += "\nnot before \(notBefore)" }
            lines.append("  \(Self.quoted(component.id.rawValue)) [label=\(Self.quoted(label))];")
        }
        for (number, group) in (plan.groups ?? []).enumerated() {
            lines.append("  \(Self.group(number)) [shape=point];")
            for id in group.components {
                lines.append("  \(Self.quoted(id.rawValue)) -> \(Self.group(number)) [arrowhead=none];")
            }
        }
        for component in plan.components {
            for dependency in component.dependsOn {
                let blocking =
                    switch dependency.target {
                    case .component(let id): Self.quoted(id.rawValue)
                    case .group(let number): Self.group(number)
                    }
                let remarks = dependency.remarks
                let label = remarks.isEmpty ? "" : " [label=\(Self.quoted(remarks)), style=dashed]"
                lines.append("  \(blocking) -> \(Self.quoted(component.id.rawValue))\(label);")
            }
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    /// The node of a group; ids of components hold slashes.
    private static func group(_ number: Int) -> String { quoted("group \(number)") }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            switch character {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result += String(character).printable
            }
        }
        return result + "\""
    }
}
