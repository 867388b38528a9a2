internal import Orders
internal import XML

/// Writes the values of an order or line in the order of its layout: those the caller puts, and properties in between.
struct LayoutWriter {
    private let index: LayoutIndex
    private var pending: [Entry] = []
    private var next = 0
    private var attributes: [PathKey: [(name: String, value: String)]] = [:]
    private var open: [OpenGroup] = []
    /// Properties that no element is there for.
    private(set) var rows: [(name: String, value: String)] = []

    /// A value, or a fragment nobody knows, at its place.
    private struct Entry {
        var place: LayoutPlace
        var slot: Int
        var path: String
        var scheme: String?
        var value: String
    }

    private struct OpenGroup: Equatable {
        var slot: Int
        var prefix: LayoutPlace
    }

    /// With nothing but the caller's own values.
    init(_ index: LayoutIndex) {
        self.index = index
        open.reserveCapacity(4)
    }

    /// Takes in what stands between the caller's own values.
    ///
    /// What stands under a path that is left out is written by the caller, or not at all.
    init(
        _ index: LayoutIndex,
        properties: [String: String],
        extensions: [String],
        leavingOut isLeftOut: (String) -> Bool = { _ in false }
    ) {
        self.init(index)
        for (path, value) in properties where !isLeftOut(path) { add(property: path, value) }
        for text in extensions { add(fragment: ExtensionFragment(text: text)) }
        pending.sort { ($0.place, $0.path) < ($1.place, $1.path) }
        moveRepeated()
        if rows.count > 1 { rows.sort { $0.name < $1.name } }
    }

    // MARK: What is pending

    private mutating func add(property path: String, _ value: String) {
        // What the layout has itself is no attribute of something else.
        let entry = locatePlain(path)
        if entry == nil, let (leaf, name) = PropertyPath.attribute(path), locate(leaf) != nil {
            attributes[PathKey(leaf), default: []].append((name, value))
        } else if let entry = entry ?? locateOther(path),
            !index.slots[entry.slot].isDate || Timestamp(text: value, zone: .utc) != nil
        {
            pending.append(
                Entry(place: entry.place, slot: entry.slot, path: path, scheme: entry.scheme, value: value)
            )
        } else {
            rows.append((path, value))
        }
    }

    private typealias Location = (slot: Int, place: LayoutPlace, scheme: String?)

    /// The slot and place of a value's path.
    private func locate(_ text: String) -> Location? { locatePlain(text) ?? locateOther(text) }

    /// The same of a path that the layout has as it stands.
    private func locatePlain(_ text: String) -> Location? {
        // None ends like one with a scheme.
        guard text.utf8.last != UInt8(ascii: "]"), let slot = index.slotOfPath[PathKey(text)],
            case .value = index.slots[slot].kind
        else { return nil }
        return (slot, index.slots[slot].place, nil)
    }

    private func locateOther(_ text: String) -> Location? {
        // Nearly every other path is one of the layout's with a scheme; only repetitions need to be taken apart.
        if let (base, scheme) = PropertyPath.scheme(text), let slot = index.slotOfPath[PathKey(base)],
            case .value = index.slots[slot].kind
        {
            return (slot, index.slots[slot].place, scheme)
        }
        guard text.hasByte("#"), let path = PropertyPath(text),
            let slot = index.slotOfPath[PathKey(path.plain)], case .value = index.slots[slot].kind,
            let place = place(of: slot, path)
        else { return nil }
        return (slot, place, path.scheme)
    }

    /// - Returns: `nil` where a repetition is not allowed.
    private func place(of slot: Int, _ path: PropertyPath) -> LayoutPlace? {
        var place = index.slots[slot].place
        for (depth, (step, at)) in zip(path.steps, index.slots[slot].ancestors + [slot]).enumerated()
        where step.repetition > 1 {
            guard index.slots[at].repeats else { return nil }
            place = place.repeated(step.repetition, depth: depth + 1)
        }
        return place
    }

    private mutating func add(fragment: ExtensionFragment) {
        var slot = index.slot("Custom")
        var place = index.slots[slot].place
        if let text = fragment.path, let path = PropertyPath("\(text)/Custom"),
            let inner = index.slotOfPath[PathKey(path.plain)], let innerPlace = self.place(of: inner, path)
        {
            slot = inner
            place = innerPlace
        }
        // Fragments of one place keep their order: their numbers sort as text.
        let number = String(1_000_000 + pending.count)
        pending.append(Entry(place: place, slot: slot, path: number, value: fragment.element))
    }

    /// Values that would stand twice where the schema allows one.
    private mutating func moveRepeated() {
        guard pending.count > 1, hasSamePlaces else { return }
        var kept: [Entry] = []
        kept.reserveCapacity(pending.count)
        for entry in pending {
            if case .value = index.slots[entry.slot].kind, !index.slots[entry.slot].repeats,
                let last = kept.last, last.place == entry.place
            {
                rows.append((entry.path, entry.value))
            } else {
                kept.append(entry)
            }
        }
        pending = kept
    }

    private var hasSamePlaces: Bool {
        (1..<pending.count).contains { pending[$0].place == pending[$0 - 1].place }
    }

    // MARK: Writing

    func startTag(of slot: Int) -> String { index.slots[slot].startTag }
    func endTag(of slot: Int) -> String { index.slots[slot].endTag }

    /// Writes a value at its place, with everything pending that comes before.
    ///
    /// The scheme is that or the list of the value, the agency tells whose scheme it is.
    mutating func put(
        _ slot: Int,
        _ value: String?,
        scheme: String? = nil,
        agency: String? = nil,
        to writer: inout XMLWriter
    ) {
        guard let value, !value.isEmpty else { return }
        let place = index.slots[slot].place
        flush(before: place, to: &writer)
        moveTo(slot, place, &writer)
        let isContested = next < pending.count && pending[next].place == place
        // The path is only needed where something else may stand under it.
        guard isContested || (agency == nil && !attributes.isEmpty) else {
            writeLeaf(slot, path: "", value, scheme: scheme, agency: agency, to: &writer)
            return
        }
        let path = index.slots[slot].path
        let ownPath = scheme.map { String(path: path, scheme: $0) } ?? path
        writeLeaf(slot, path: ownPath, value, scheme: scheme, agency: agency, to: &writer)
        // What is said again under the same path gives way; what else there is for it finds another place.
        while next < pending.count, pending[next].place == place {
            let entry = pending[next]
            next += 1
            if entry.path == ownPath { continue }
            if index.slots[slot].repeats {
                write(entry, to: &writer)
            } else {
                rows.append((entry.path, entry.value))
            }
        }
    }

    /// Opens the groups around an element that the caller writes now.
    mutating func moveTo(_ slot: Int, _ writer: inout XMLWriter) {
        flush(before: index.slots[slot].place, to: &writer)
        moveTo(slot, index.slots[slot].place, &writer)
    }

    /// Writes the rest.
    mutating func finish(_ writer: inout XMLWriter) {
        while next < pending.count { writeNext(to: &writer) }
        close(downTo: 0, &writer)
    }

    private mutating func flush(before place: LayoutPlace, to writer: inout XMLWriter) {
        while next < pending.count, pending[next].place < place { writeNext(to: &writer) }
    }

    private mutating func writeNext(to writer: inout XMLWriter) {
        let entry = pending[next]
        guard case .special = index.slots[entry.slot].kind else {
            next += 1
            write(entry, to: &writer)
            return
        }
        moveTo(entry.slot, entry.place, &writer)
        writer.raw(index.slots[entry.slot].startTag)
        while next < pending.count, pending[next].place == entry.place {
            writer.raw(pending[next].value)
            next += 1
        }
        writer.raw(index.slots[entry.slot].endTag)
    }

    private mutating func write(_ entry: Entry, to writer: inout XMLWriter) {
        moveTo(entry.slot, entry.place, &writer)
        writeLeaf(entry.slot, path: entry.path, entry.value, scheme: entry.scheme, agency: nil, to: &writer)
    }

    private func writeLeaf(
        _ slot: Int,
        path: String,
        _ value: String,
        scheme: String?,
        agency: String?,
        to writer: inout XMLWriter
    ) {
        if scheme == nil && attributes.isEmpty {
            if value.isEmpty {
                writer.raw(index.slots[slot].startTag)
                writer.raw(index.slots[slot].endTag)
            } else {
                writer.element(wellFormed: index.slots[slot].qualifiedName, value)
            }
            return
        }
        writer.open(wellFormed: index.slots[slot].qualifiedName)
        if let scheme { writer.attribute(index.slots[slot].schemeAttribute, scheme) }
        if let agency {
            writer.attribute("schemeAgencyID", agency)
        } else if let others = attributes[PathKey(path)] {
            for (name, value) in others.sorted(by: { $0.name < $1.name }) {
                writer.attribute(named: name, value)
            }
        }
        writer.text(value)
        writer.close()
    }

    private mutating func moveTo(_ slot: Int, _ place: LayoutPlace, _ writer: inout XMLWriter) {
        let groups = index.slots[slot].ancestors
        // Nearly always beside the one before: the same innermost group has the same groups around it.
        if open.count == groups.count,
            open.last.map({
                $0.slot == groups[groups.count - 1] && $0.prefix == place.prefix(depth: groups.count)
            })
                ?? true
        {
            return
        }
        var common = 0
        while common < open.count, common < groups.count,
            open[common] == OpenGroup(slot: groups[common], prefix: place.prefix(depth: common + 1))
        {
            common += 1
        }
        close(downTo: common, &writer)
        for depth in common..<groups.count {
            open.append(OpenGroup(slot: groups[depth], prefix: place.prefix(depth: depth + 1)))
            writer.raw(index.slots[groups[depth]].startTag)
        }
    }

    private mutating func close(downTo count: Int, _ writer: inout XMLWriter) {
        while open.count > count, let group = open.popLast() { writer.raw(index.slots[group.slot].endTag) }
    }
}
