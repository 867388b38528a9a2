internal import Orders
internal import XML

/// A layout made ready for reading and writing: each element a slot with a number.
final class LayoutIndex: Sendable {
    enum Kind: Sendable {
        case value(LayoutField?)
        /// Its elements are those of that container.
        case group(container: Int)
        case special(LayoutSpecial)
        /// Of no use to who reads by this index.
        case ignored
    }

    struct Slot: Sendable {
        var name: String
        /// Local names from the top, such as `ServiceAddress/CityName`.
        var path: String
        /// Its position in the group around it.
        var position: Int
        /// The groups around it, from the top.
        var ancestors: [Int]
        var kind: Kind
        /// Sorts values into the order of the layout.
        var place: LayoutPlace
        var qualifiedName: String
        var startTag: String
        var endTag: String
        /// The attribute whose value is part of the path.
        var discriminator: XMLName
        /// The same as it is written.
        var schemeAttribute: StaticString
        /// Whether it is a date or a moment.
        var isDate: Bool
        /// Whether the schema lets it stand more than once.
        var repeats: Bool
        /// Whether it names an order, or a line of one, that this one follows.
        var isBaseReference: Bool
    }

    let slots: [Slot]
    /// The slots by name; the first container is the top.
    let containers: [XMLNameTable]
    let slotOfPath: [PathKey: Int]
    /// The properties that are read as fields, by their paths; empty where everything is kept that is found.
    let propertyFields: [String: LayoutField]

    var keepsEverything: Bool { propertyFields.isEmpty }

    init(_ elements: [LayoutElement], object: BusinessObject) {
        var builder = LayoutIndexBuilder()
        _ = builder.add(elements, object: object, parent: nil)
        slots = builder.slots
        containers = builder.containers
        slotOfPath = builder.slotOfPath
        propertyFields = [:]
    }

    /// The same layout for a reader that looks for a few values only, and for what has code of its own.
    ///
    /// Fields are given by path, with the scheme where it is the value of that scheme only.
    init(
        _ whole: LayoutIndex,
        fields: [String: LayoutField],
        properties: [String: LayoutField],
        kept: Set<String> = []
    ) {
        let fieldOfSlot = fields.merging(properties) { field, _ in field }
            .reduce(into: [Int: LayoutField]()) { slots, entry in
                slots[whole.slot(PropertyPath.scheme(entry.key)?.path ?? entry.key)] = entry.value
            }
        let keptSlots = Set(kept.map { whole.slot($0) })
        var slots = whole.slots
        var groups: Set<Int> = []
        for (number, slot) in whole.slots.enumerated() {
            switch slot.kind {
            case .value:
                let isKept = keptSlots.contains(number)
                slots[number].kind =
                    fieldOfSlot[number].map { .value($0) } ?? (isKept ? .value(nil) : .ignored)
            case .special(.custom), .special(.parentLine): slots[number].kind = .ignored
            case .special, .group, .ignored: break
            }
            switch slots[number].kind {
            case .value, .special: groups.formUnion(slot.ancestors)
            case .group, .ignored: break
            }
        }
        for number in slots.indices {
            if case .group = slots[number].kind, !groups.contains(number) { slots[number].kind = .ignored }
        }
        self.slots = slots
        containers = whole.containers
        slotOfPath = whole.slotOfPath
        propertyFields = properties
    }

    /// The slot of a path that the layout is known to have.
    func slot(_ path: String) -> Int {
        guard let slot = slotOfPath[PathKey(path)] else {
            preconditionFailure("the layout has no element \(path)")
        }
        return slot
    }
}

/// A path in a table in memory.
struct PathKey: TextIdentifier {
    let rawValue: String
    init(rawValue: String) { self.rawValue = rawValue }
}

/// Numbers the elements of a layout.
private struct LayoutIndexBuilder {
    var slots: [LayoutIndex.Slot] = []
    var containers: [XMLNameTable] = []
    var slotOfPath: [PathKey: Int] = [:]

    mutating func add(_ elements: [LayoutElement], object: BusinessObject, parent: Int?) -> Int {
        let container = containers.count
        containers.append(XMLNameTable())
        for (position, element) in elements.enumerated() {
            let slot = slots.count
            let above = parent.map { slots[$0] }
            let path = above.map { "\($0.path)/\(element.name)" } ?? element.name
            let name = "\(element.space == .common ? "corecom" : object.prefix):\(element.name)"
            let ancestors = parent.map { slots[$0].ancestors + [$0] } ?? []
            let place = (above?.place ?? .top).inside(position: position, depth: ancestors.count + 1)
            slots.append(
                LayoutIndex.Slot(
                    name: element.name,
                    path: path,
                    position: position,
                    ancestors: ancestors,
                    kind: .value(nil),
                    place: place,
                    qualifiedName: name,
                    startTag: "<\(name)>",
                    endTag: "</\(name)>",
                    discriminator: element.name.hasSuffix("Code") ? .listID : .schemeID,
                    schemeAttribute: element.name.hasSuffix("Code") ? "listID" : "schemeID",
                    isDate: element.name.hasSuffix("DateTime") || element.name.hasSuffix("Date"),
                    repeats: Self.repeats(element.name, in: above?.name),
                    isBaseReference: BasePath.references.contains(element.name)
                )
            )
            slotOfPath[PathKey(path)] = slot
            for other in Self.otherPaths(path, object: object) { slotOfPath[PathKey(other)] = slot }
            // Senders differ in where they put the border between the two namespaces: both are read.
            containers[container][XMLName(element.name, in: Namespace.common)] = slot
            containers[container][XMLName(element.name, in: object.namespace)] = slot
            switch element.content {
            case .value(let field): slots[slot].kind = .value(field)
            case .special(let special): slots[slot].kind = .special(special)
            case .group(let inner):
                slots[slot].kind = .group(container: add(inner, object: object, parent: slot))
            }
        }
        return container
    }

    /// The same value's path in the other objects, since what came in one goes out in another.
    private static func otherPaths(_ path: String, object: BusinessObject) -> [String] {
        let own = object.name + "Schedule/"
        guard path.hasPrefix(own) else { return [] }
        return BusinessObject.allCases.filter { $0 != object }
            .map { "\($0.name)Schedule/\(path.dropFirst(own.count))" }
    }

    private static func repeats(_ name: String, in group: String?) -> Bool {
        switch name {
        case "ID", "BusinessComponentID": group?.hasSuffix("Identification") ?? false
        case "ClassificationCode", "ApplicationObjectKey", "AlternateObjectKey", "ServiceAddress",
            "DependingSalesOrderReference", "DependingSalesOrderLineReference":
            true
        default: false
        }
    }
}

/// Where a value belongs among all values of an order or line: position and repetition, level by level.
struct LayoutPlace: Sendable, Hashable, Comparable {
    /// Twelve bits a level from the top: seven for the position, five for the repetition.
    private var bits: UInt64

    static let top = LayoutPlace(bits: 0)
    static let repetitionsMax = 32
    private static let levelBits = 12
    private static let levelsMax = 5

    private static func shift(depth: Int) -> Int { 64 - levelBits * min(depth, levelsMax) }

    /// The place of an element inside this one; depth counts from 1.
    func inside(position: Int, depth: Int) -> LayoutPlace {
        LayoutPlace(bits: bits | UInt64(position + 1) << UInt64(Self.shift(depth: depth) + 5))
    }

    /// The same place in a repetition of the element at that depth, counted from 1.
    func repeated(_ repetition: Int, depth: Int) -> LayoutPlace {
        LayoutPlace(bits: bits | UInt64(repetition - 1) << UInt64(Self.shift(depth: depth)))
    }

    /// The part down to that depth: equal for everything inside the same element.
    func prefix(depth: Int) -> LayoutPlace {
        depth >= Self.levelsMax ? self : LayoutPlace(bits: bits >> UInt64(Self.shift(depth: depth)))
    }

    static func < (left: LayoutPlace, right: LayoutPlace) -> Bool { left.bits < right.bits }
}

/// The layouts of one business object.
struct ObjectLayout: Sendable {
    let object: BusinessObject
    let order: LayoutIndex
    let line: LayoutIndex
    let orderSlots: OrderSlots
    let lineSlots: LineSlots

    private init(_ object: BusinessObject) {
        self.object = object
        order = LayoutIndex(LayoutElement.order(object), object: object)
        line = LayoutIndex(LayoutElement.line(object), object: object)
        orderSlots = OrderSlots(order, object: object)
        lineSlots = LineSlots(line, object: object)
    }

    private static let salesOrder = ObjectLayout(.salesOrder)
    private static let provisioningOrder = ObjectLayout(.provisioningOrder)
    private static let fulfillmentOrder = ObjectLayout(.fulfillmentOrder)

    static func of(_ object: BusinessObject) -> ObjectLayout {
        switch object {
        case .salesOrder: salesOrder
        case .provisioningOrder: provisioningOrder
        case .fulfillmentOrder: fulfillmentOrder
        }
    }
}

extension XMLName {
    static let schemeID = XMLName("schemeID")
    static let listID = XMLName("listID")
}
