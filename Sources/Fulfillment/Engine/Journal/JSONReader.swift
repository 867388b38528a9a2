/// Reads JSON text from front to back, each value when its reader asks for it.
///
/// Nothing in the text is trusted: whatever does not fit is thrown as ``JSONDamage``.
struct JSONReader {
    /// How the fields of an object are found.
    enum FieldOrder {
        /// As they are written; a missing field is found missing, and anything else is damage.
        case inOrderOfWriting
        /// Wherever they are; fields that nobody asks for are passed over.
        case inAnyOrder
    }

    /// Arrays and objects inside one another.
    static let depthMax = 64

    /// Only valid while the codec lends them.
    let bytes: UnsafeBufferPointer<UInt8>
    /// Where it reads next.
    var offset = 0
    let texts: TextPool?
    private let fields: FieldOrder
    /// The objects that are open, when fields come in any order.
    private var open: [FieldPlaces] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, texts: TextPool?, fields: FieldOrder) {
        self.bytes = bytes
        self.texts = texts
        self.fields = fields
        skipSpace()
    }

    /// The byte here; 0, which no JSON text has outside of its end, when there is none.
    var byte: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    func damage(_ problem: String) -> JSONDamage { JSONDamage(problem, at: offset) }

    /// - Throws: When anything but white space is left.
    mutating func finish() throws(JSONDamage) {
        skipSpace()
        if offset < bytes.count { throw damage("something after the end") }
    }

    // MARK: Objects

    /// Enters an object whose fields are asked for by name.
    mutating func openObject() throws(JSONDamage) {
        try expect(.openingBrace, "an object")
        skipSpace()
        if fields == .inAnyOrder { open.append(try fieldPlaces()) }
    }

    /// Leaves it.
    mutating func closeObject() throws(JSONDamage) {
        if let places = open.popLast() { offset = places.end }
        try expect(.closingBrace, "the end of the object")
    }

    mutating func value<Value: JournalValue>(_ name: StaticString) throws(JSONDamage) -> Value {
        guard try find(name) else { throw damage("the field \(name) is missing") }
        return try fieldValue(name)
    }

    /// `nil` when the field is missing or null.
    mutating func optional<Value: JournalValue>(_ name: StaticString) throws(JSONDamage) -> Value? {
        guard try find(name) else { return nil }
        if byte == UInt8(ascii: "n") {
            try literal("null")
            try endField()
            return nil
        }
        return try fieldValue(name)
    }

    private mutating func fieldValue<Value: JournalValue>(
        _ name: StaticString
    ) throws(JSONDamage) -> Value {
        do {
            let value = try Value(reading: &self)
            try endField()
            return value
        } catch {
            throw error.inside(field: name)
        }
    }

    /// Goes to the value of a field.
    private mutating func find(_ name: StaticString) throws(JSONDamage) -> Bool {
        if fields == .inAnyOrder {
            guard let place = open.last?.place(of: name) else { return false }
            offset = place
            return true
        }
        guard isNext(name) else { return false }
        offset += name.utf8CodeUnitCount + 2
        try colon()
        return true
    }

    /// Whether the name stands here in quotes.
    private func isNext(_ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        let end = offset + count + 1
        guard end < bytes.count, bytes[end] == .quote, bytes[offset] == .quote else { return false }
        guard let start = bytes.baseAddress else { return false }
        return TextScan.areEqual(start + offset + 1, name.utf8Start, count: count)
    }

    private mutating func endField() throws(JSONDamage) {
        if fields == .inOrderOfWriting { try endOfMember() }
    }

    /// Passes the comma, if there is one, after which a further field must come.
    private mutating func endOfMember() throws(JSONDamage) {
        if byte <= .space { skipSpace() }
        if byte == .comma {
            offset += 1
            if byte <= .space { skipSpace() }
            if byte != .quote { throw damage("a field is expected") }
        } else if byte != .closingBrace {
            throw damage("a comma or the end of the object is expected")
        }
    }

    /// Where the fields of the object are that begins here.
    private mutating func fieldPlaces() throws(JSONDamage) -> FieldPlaces {
        var places = FieldPlaces(end: offset)
        if byte != .quote { return places }
        repeat {
            let start = offset
            let name = try text()
            try colon()
            if places.isFull { throw JSONDamage("more than \(FieldPlaces.fieldsMax) fields", at: start) }
            if places.has(name) { throw JSONDamage("a field is there twice", at: start) }
            places.add(name, at: offset)
            try skipValue(depth: open.count)
            try endOfMember()
        } while byte == .quote
        places.end = offset
        return places
    }

    // MARK: Variants

    /// Enters an object with one field, the name of which says what it is.
    mutating func openVariant<Kind>(_ names: VariantNames<Kind>) throws(JSONDamage) -> Kind {
        try expect(.openingBrace, "an object")
        skipSpace()
        let start = offset
        let name = try textBytes()
        guard let kind = names.kind(named: name) else {
            throw JSONDamage("no \(names.what) that this version knows", at: start)
        }
        try colon()
        do { try openObject() } catch { throw error.inside(".\(kind)") }
        return kind
    }

    mutating func closeVariant() throws(JSONDamage) {
        try closeObject()
        skipSpace()
        try expect(.closingBrace, "only one field")
    }

    // MARK: Objects whose keys are data

    mutating func openDictionary() throws(JSONDamage) {
        try expect(.openingBrace, "an object")
        skipSpace()
    }

    /// Whether a further entry comes; leaves the object when none does.
    mutating func hasEntry(after count: Int) throws(JSONDamage) -> Bool {
        if count > 0 { try endOfMember() }
        if byte == .quote { return true }
        try expect(.closingBrace, "the end of the object")
        return false
    }

    mutating func entryKey() throws(JSONDamage) -> String {
        let key = try text()
        try colon()
        return key
    }

    // MARK: Arrays

    mutating func openArray() throws(JSONDamage) {
        try expect(.openingBracket, "an array")
        skipSpace()
    }

    /// Whether a further element comes; leaves the array when none does.
    mutating func hasElement(after count: Int) throws(JSONDamage) -> Bool {
        skipSpace()
        if byte == .closingBracket {
            offset += 1
            return false
        }
        if count > 0 {
            try expect(.comma, "a comma or the end of the array")
            skipSpace()
        }
        return true
    }

    mutating func element<Value: JournalValue>(_ index: Int) throws(JSONDamage) -> Value {
        do { return try Value(reading: &self) } catch { throw error.inside(element: index) }
    }

    // MARK: Marks

    mutating func expect(_ mark: UInt8, _ what: String) throws(JSONDamage) {
        guard byte == mark else { throw damage("\(what) is expected") }
        offset += 1
    }

    private mutating func colon() throws(JSONDamage) {
        if byte <= .space { skipSpace() }
        try expect(.colon, "a colon")
        if byte <= .space { skipSpace() }
    }

    mutating func skipSpace() {
        while byte == .space || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }
}
