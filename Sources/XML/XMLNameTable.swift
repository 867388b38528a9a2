/// Small numbers by name: found by position, without hashing, as names are numbers already.
package struct XMLNameTable: Sendable {
    /// One more than the value; 0 where there is none.
    private var entries: [UInt16] = []

    package init() {}

    /// The number of an element's name.
    package subscript(element: XMLElement) -> Int? {
        element.vocabularyName.flatMap { self[$0] }
    }

    /// The number of a name; at most 65,534.
    package subscript(name: XMLName) -> Int? {
        get {
            let index = Int(name.number)
            guard index < entries.count, entries[index] != 0 else { return nil }
            return Int(entries[index]) - 1
        }
        set {
            let index = Int(name.number)
            if index >= entries.count {
                entries += [UInt16](repeating: 0, count: index + 1 - entries.count)
            }
            entries[index] = newValue.map { UInt16($0 + 1) } ?? 0
        }
    }
}
