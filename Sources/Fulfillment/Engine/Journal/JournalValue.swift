internal import Orders

/// A value with a place in the journal.
protocol JournalValue {
    func write(to json: inout JSONWriter)
    init(reading json: inout JSONReader) throws(JSONDamage)
}

/// A value of several fields, written as a JSON object.
///
/// Both functions name the fields in the same order. A field that came later than the first release is
/// optional, as older rows lack it.
protocol JournalObject: JournalValue {
    func writeFields(to json: inout JSONWriter)
    init(fieldsOf json: inout JSONReader) throws(JSONDamage)
}

extension JournalObject {
    func write(to json: inout JSONWriter) {
        json.openObject()
        writeFields(to: &json)
        json.closeObject()
    }

    init(reading json: inout JSONReader) throws(JSONDamage) {
        try json.openObject()
        try self.init(fieldsOf: &json)
        try json.closeObject()
    }
}

// MARK: Texts

extension String: JournalValue {
    func write(to json: inout JSONWriter) { json.text(self) }
    init(reading json: inout JSONReader) throws(JSONDamage) { self = try json.text() }
}

extension JournalValue where Self: RawRepresentable, RawValue == String {
    func write(to json: inout JSONWriter) { json.text(rawValue) }

    init(reading json: inout JSONReader) throws(JSONDamage) {
        let offset = json.offset
        guard let value = Self(rawValue: try json.text()) else {
            throw JSONDamage("no \(Self.self) that this version knows", at: offset)
        }
        self = value
    }
}

extension OrderKey: JournalValue {}
extension LineID: JournalValue {}
extension ComponentID: JournalValue {}
extension RoleName: JournalValue {}
extension MessageID: JournalValue {}
extension FunctionName: JournalValue {}
extension SystemName: JournalValue {}
extension PatternName: JournalValue {}
extension ModeName: JournalValue {}
extension StateName: JournalValue {}
extension MilestoneName: JournalValue {}

extension LifecycleState: JournalValue {}
extension ProcessingState: JournalValue {}
extension ServiceAction: JournalValue {}
extension FailureCode: JournalValue {}

// MARK: Numbers and truth values

extension Int: JournalValue {
    func write(to json: inout JSONWriter) { json.integer(Int64(self)) }
    init(reading json: inout JSONReader) throws(JSONDamage) { self = Int(try json.integer()) }
}

extension Int64: JournalValue {
    func write(to json: inout JSONWriter) { json.integer(self) }
    init(reading json: inout JSONReader) throws(JSONDamage) { self = try json.integer() }
}

extension Bool: JournalValue {
    func write(to json: inout JSONWriter) { json.boolean(self) }
    init(reading json: inout JSONReader) throws(JSONDamage) { self = try json.boolean() }
}

extension Timestamp: JournalValue {
    func write(to json: inout JSONWriter) { json.integer(milliseconds) }
    init(reading json: inout JSONReader) throws(JSONDamage) { self.init(milliseconds: try json.integer()) }
}

extension OrderPriority: JournalValue {
    func write(to json: inout JSONWriter) { json.integer(Int64(value)) }

    init(reading json: inout JSONReader) throws(JSONDamage) {
        let offset = json.offset
        guard let priority = OrderPriority(Int(try json.integer())) else {
            throw JSONDamage("a priority is 0 to 9", at: offset)
        }
        self = priority
    }
}

// MARK: Collections

extension Array: JournalValue where Element: JournalValue {
    func write(to json: inout JSONWriter) {
        json.openArray()
        for element in self { json.element(element) }
        json.closeArray()
    }

    init(reading json: inout JSONReader) throws(JSONDamage) {
        self = []
        try json.openArray()
        while try json.hasElement(after: count) { append(try json.element(count)) }
    }
}

/// A key of a JSON object whose keys are data.
protocol JournalKey: Hashable, Comparable {
    var keyText: String { get }
    init?(keyText: String)
    /// The order in which keys are written.
    static func precedes(_ left: Self, _ right: Self) -> Bool
}

extension String: JournalKey {
    /// By bytes: texts that Unicode calls alike have no order that would be the same every time.
    static func precedes(_ left: String, _ right: String) -> Bool {
        let inPlace = left.utf8.withContiguousStorageIfAvailable { left in
            right.utf8.withContiguousStorageIfAvailable { right in TextScan.precedes(left, right) }
        }
        return (inPlace ?? nil) ?? left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    var keyText: String { self }
    init?(keyText: String) { self = keyText }
}

extension Int: JournalKey {
    static func precedes(_ left: Int, _ right: Int) -> Bool { left < right }

    var keyText: String { String(self) }
    init?(keyText: String) { self.init(keyText) }
}

extension Dictionary: JournalValue where Key: JournalKey, Value: JournalValue {
    /// Sorted, so that equal values are equal bytes.
    func write(to json: inout JSONWriter) {
        json.openObject()
        if count < 2 {
            for (key, value) in self { json.entry(key.keyText, value) }
        } else {
            for (key, value) in self.sorted(by: { Key.precedes($0.key, $1.key) }) {
                json.entry(key.keyText, value)
            }
        }
        json.closeObject()
    }

    init(reading json: inout JSONReader) throws(JSONDamage) {
        self = [:]
        try json.openDictionary()
        var seen = 0
        while try json.hasEntry(after: seen) {
            let offset = json.offset
            guard let key = Key(keyText: try json.entryKey()) else {
                throw JSONDamage("no key that is a number", at: offset)
            }
            guard updateValue(try Value(reading: &json), forKey: key) == nil else {
                throw JSONDamage("a key is there twice", at: offset)
            }
            seen += 1
        }
    }
}
