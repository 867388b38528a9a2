/// Where the values of an object's fields are.
struct FieldPlaces {
    private var names: [String] = []
    private var offsets: [Int] = []
    /// Where the object's closing brace is.
    var end: Int

    init(end: Int) { self.end = end }

    mutating func add(_ name: String, at offset: Int) {
        names.append(name)
        offsets.append(offset)
    }

    func has(_ name: String) -> Bool { names.contains(name) }

    func place(of name: StaticString) -> Int? {
        let at = name.withUTF8Buffer { name in names.firstIndex { $0.utf8.elementsEqual(name) } }
        return at.map { offsets[$0] }
    }
}

/// The names of an enumeration's cases, for objects whose only field says what they are.
struct VariantNames<Kind: RawRepresentable & CaseIterable & Sendable>: Sendable
where Kind.RawValue == String {
    /// What the cases are, for complaints.
    let what: String
    private let names: [(bytes: [UInt8], kind: Kind)]

    init(of what: String) {
        self.what = what
        names = Kind.allCases.map { (Array($0.rawValue.utf8), $0) }
    }

    func kind(named name: ArraySlice<UInt8>) -> Kind? {
        for entry in names where entry.bytes.count == name.count && entry.bytes.elementsEqual(name) {
            return entry.kind
        }
        return nil
    }
}
