/// Where the values of an object's fields are.
struct FieldPlaces {
    private var names: [String] = []
    private var offsets: [Int] = []
    /// Fields of one object that are looked up by name; no type of ours has a tenth of them.
    static let fieldsMax = 500
    /// Where the object's closing brace is.
    var end: Int

    init(end: Int) { self.end = end }

    var isFull: Bool { names.count == Self.fieldsMax }

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

    func kind(named name: UnsafeBufferPointer<UInt8>) -> Kind? {
        let entry = names.first { entry in
            guard entry.bytes.count == name.count, let start = name.baseAddress else { return false }
            return entry.bytes.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { TextScan.areEqual($0, start, count: name.count) } ?? false
            }
        }
        return entry?.kind
    }
}
