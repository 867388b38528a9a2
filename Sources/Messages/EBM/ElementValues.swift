internal import Orders
internal import XML

/// What was found in one order or line, by the layout.
struct ElementValues {
    private let index: LayoutIndex
    private let object: BusinessObject
    /// The scheme whose BusinessComponentID is the asked side's own identification.
    private let ownScheme: String?
    /// In which zone dates without one are read; `nil` leaves them as they are.
    private let zone: ZoneRule?

    private var fields = FieldValues()
    private(set) var properties: [String: String] = [:]
    private(set) var extensions: [String] = []
    private(set) var attributes: [LineAttribute] = []
    private(set) var parents: [String] = []
    private(set) var sourceLines: [String] = []
    private(set) var lines: [XMLElement] = []
    /// Whether it names an order, or a line of one, that this one follows.
    private(set) var hasBaseReferences = false
    /// Any BusinessComponentID, for senders that give nothing else.
    private(set) var anyComponentIdentification: String?

    init(
        reading element: XMLElement,
        _ index: LayoutIndex,
        object: BusinessObject,
        ownScheme: String?,
        zone: ZoneRule?
    ) {
        self.zone = zone
        self.index = index
        self.object = object
        self.ownScheme = ownScheme
        if index.keepsEverything {
            properties.reserveCapacity(element.childCount(upTo: Self.usualProperties))
        }
        read(element, container: 0, at: GroupPath())
    }

    /// For so many there is room at once, where there are as many elements.
    private static let usualProperties = 24

    subscript(_ field: LayoutField) -> String? { fields[field] }

    /// Where a group stands.
    private struct GroupPath {
        /// `nil` at the top.
        var path: String?
        /// Whether no group above repeats, so that the layout knows the path.
        var isRegular = true

        func path(of slot: LayoutIndex.Slot) -> String {
            guard !isRegular, let path else { return slot.path }
            return "\(path)/\(slot.name)"
        }
    }

    private mutating func read(_ element: XMLElement, container: Int, at place: GroupPath) {
        var groupsSeen: UInt64 = 0
        var repetitions: [Int: Int] = [:]
        element.forEachChild { child in
            guard let slot = index.containers[container][child] else {
                if index.keepsEverything { keepUnknown(child, in: place.path) }
                return
            }
            switch index.slots[slot].kind {
            case .value(let field):
                if child.hasElements {
                    keepUnknown(child, in: place.path)
                } else {
                    readValue(child, slot: slot, field: place.isRegular ? field : nil, at: place)
                }
            case .group(let inner):
                if index.slots[slot].isBaseReference { hasBaseReferences = true }
                let bit: UInt64 = 1 << UInt64(index.slots[slot].position & 63)
                var path = place.path(of: index.slots[slot])
                var isRegular = place.isRegular
                if groupsSeen & bit != 0 {
                    let repetition = repetitions[slot, default: 1] + 1
                    repetitions[slot] = repetition
                    path += "#\(repetition)"
                    isRegular = false
                }
                groupsSeen |= bit
                read(child, container: inner, at: GroupPath(path: path, isRegular: isRegular))
            case .special(let special): readSpecial(child, special, in: place.path)
            case .ignored: break
            }
        }
    }

    // MARK: Values

    /// A field takes the first value that fits it; everything else becomes a property.
    private mutating func readValue(
        _ element: XMLElement,
        slot: Int,
        field: LayoutField?,
        at place: GroupPath
    ) {
        guard let text = element.textIfNotEmpty else { return }
        let path = place.path(of: index.slots[slot])
        guard let field, fields[field] == nil else {
            let value = index.slots[slot].isDate ? inUTC(text) : text
            keepProperty(element, value, path: path, discriminator: index.slots[slot].discriminator)
            return
        }
        switch field {
        case .componentIdentification:
            if anyComponentIdentification == nil { anyComponentIdentification = text }
            guard let ownScheme, element.attribute(.schemeID)?.trimmedXMLSpace == ownScheme else {
                keepProperty(element, text, path: path, discriminator: .schemeID)
                return
            }
            fields[field] = text
        case .classification:
            guard element.attribute(.listID)?.trimmedXMLSpace == Self.fulfillmentItemList else {
                keepProperty(element, text, path: path, discriminator: .listID)
                return
            }
            fields[field] = text
        case .identification, .accountID:
            fields[field] = text
        case .externalID:
            let discriminator = index.slots[slot].discriminator
            guard element.attribute(discriminator)?.trimmedXMLSpace == SchemeName.fulfillmentSystem else {
                keepProperty(element, text, path: path, discriminator: discriminator)
                return
            }
            fields[field] = text
        case .component, .milestone, .statusCode, .statusReason, .statusDescription, .expectedDelivery,
            .actualDelivery, .cycleStart, .serviceUsageStart:
            let value = index.slots[slot].isDate ? inUTC(text) : text
            let discriminator = index.slots[slot].discriminator
            guard element.attribute(discriminator)?.trimmedXMLSpace.isEmpty ?? true else {
                keepProperty(element, value, path: path, discriminator: discriminator)
                return
            }
            fields[field] = value
        default:
            fields[field] = text
            keepAttributes(element, path: path, discriminator: index.slots[slot].discriminator)
        }
    }

    /// Dates that nobody looks at here are forwarded as they are meant; what is no date stays what it is.
    private func inUTC(_ text: String) -> String {
        zone.flatMap { Timestamp(text: text, zone: $0)?.text } ?? text
    }

    /// The list of codes that choose a fulfillment pattern.
    static let fulfillmentItemList = "FulfillmentItemCode"

    private mutating func keepProperty(
        _ element: XMLElement,
        _ text: String,
        path: String,
        discriminator: XMLName
    ) {
        var path = path
        if let scheme = element.attribute(discriminator)?.trimmedXMLSpace, !scheme.isEmpty {
            path = String(path: path, scheme: scheme)
        }
        if let field = index.propertyFields[path] {
            if fields[field] == nil { fields[field] = text }
            return
        }
        // Nearly always it is the first under its path: it is put there at once, and what was there goes back else.
        if let earlier = properties.updateValue(text, forKey: path) {
            properties[path] = earlier
            var repetition = 2
            while properties["\(path)#\(repetition)"] != nil && repetition <= LayoutPlace.repetitionsMax {
                repetition += 1
            }
            guard repetition <= LayoutPlace.repetitionsMax else {
                extensions.append(ExtensionFragment(element, in: nil).text)
                return
            }
            path += "#\(repetition)"
            properties[path] = text
        }
        keepAttributes(element, path: path, discriminator: discriminator)
    }

    /// Attributes beside the one that is part of the path.
    private mutating func keepAttributes(_ element: XMLElement, path: String, discriminator: XMLName) {
        guard index.keepsEverything, element.hasAttributes else { return }
        for attribute in element.attributesWithoutNamespace(except: discriminator) {
            let value = attribute.value.trimmedXMLSpace
            if !value.isEmpty { properties[String(path: path, attribute: attribute.name)] = value }
        }
    }

    // MARK: Unknown content

    /// A simple value of our namespaces is readable under its path; everything else is kept as it is.
    private mutating func keepUnknown(_ element: XMLElement, in path: String?) {
        let namespace = element.namespace
        guard namespace == Namespace.common || namespace == object.namespace, !element.hasElements else {
            extensions.append(ExtensionFragment(element, in: path).text)
            return
        }
        guard let text = element.textIfNotEmpty else { return }
        let name = element.name
        keepProperty(
            element,
            text,
            path: path.map { "\($0)/\(name)" } ?? name,
            discriminator: element.attribute(.listID) == nil ? .schemeID : .listID
        )
    }

    private mutating func readCustom(_ element: XMLElement, in path: String?) {
        extensions += ExtensionFragment.texts(inCustom: element, in: path)
    }

    // MARK: Elements with code of their own

    private mutating func readSpecial(_ element: XMLElement, _ special: LayoutSpecial, in path: String?) {
        switch special {
        case .line: lines.append(element)
        case .parentLine: readParent(element)
        case .custom: readCustom(element, in: path)
        case .specificationGroup: readRows(element)
        case .specificationGroups:
            for group in element.children {
                if group.hasName(.specificationGroup) {
                    readRows(group)
                } else if group.hasName(.custom) {
                    readCustom(group, in: path)
                } else {
                    keepUnknown(group, in: path)
                }
            }
        }
    }

    private mutating func readParent(_ element: XMLElement) {
        let id =
            element.value(.id) ?? element.value(.businessComponentID)
            ?? element.children.lazy.compactMap(\.textIfNotEmpty).first ?? element.textIfNotEmpty
        if let id { parents.append(id) }
    }

    /// The group of values that have no element of their own.
    static let propertiesGroup = "Properties"
    /// The group of the line's attributes.
    static let attributesGroup = "ExtensibleAttributes"
    /// The row that names a line of the asking order.
    static let parentSalesOrderLine = "ParentSalesOrderLine"

    private mutating func readRows(_ group: XMLElement) {
        let isProperties = group.first(.specificationName)?.hasText("Properties") ?? false
        for row in group.children {
            guard row.hasName(.specification) else {
                if row.hasName(.custom) {
                    readCustom(row, in: nil)
                } else if !row.hasName(.specificationName) {
                    keepUnknown(row, in: nil)
                }
                continue
            }
            guard let name = row.value(.specificationName) else { continue }
            let value = row.value(.specificationValue)
            let action = row.value(.specificationAction) ?? row.attribute(.actionCode)?.trimmedXMLSpace
            if name == Self.parentSalesOrderLine {
                if let value { sourceLines.append(value) }
            } else if isProperties {
                guard let value else { continue }
                if let field = index.propertyFields[name] {
                    fields[field] = value
                } else {
                    properties[name] = value
                }
            } else if value != nil || action.flatMap({ ServiceAction(code: $0) }) == .delete {
                attributes.append(
                    LineAttribute(
                        name: name,
                        value: value ?? "",
                        dataType: row.value(.specificationDataType),
                        action: action.flatMap { $0.isEmpty ? nil : $0 }
                    )
                )
            }
        }
    }
}

/// The values of fields, each in a place of its own, without an allocation.
private struct FieldValues {
    /// As many as there are fields.
    private var values = InlineArray<29, String?>(repeating: nil)

    subscript(_ field: LayoutField) -> String? {
        get { values[field.rawValue] }
        set { values[field.rawValue] = newValue }
    }
}

extension XMLName {
    static func common(_ local: String) -> XMLName { XMLName(local, in: Namespace.common) }

    static let id = common("ID")
    static let businessComponentID = common("BusinessComponentID")
    static let applicationObjectKey = common("ApplicationObjectKey")
    static let custom = common("Custom")
    static let specificationGroup = common("SpecificationGroup")
    static let specification = common("Specification")
    static let specificationName = common("Name")
    static let specificationValue = common("Value")
    static let specificationAction = common("ServiceActionCode")
    static let specificationDataType = common("DataTypeCode")
    static let actionCode = XMLName("actionCode")
    static let schemeAgencyID = XMLName("schemeAgencyID")
    static let unitCode = XMLName("unitCode")
}
