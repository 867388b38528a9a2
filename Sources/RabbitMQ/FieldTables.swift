import Broker
import CRabbitMQ

/// Reads field tables of librabbitmq into values; depth is bounded, as the table comes from outside.
struct FieldTableReader {
    /// Deeper values are replaced by a text.
    static let depthMax = 32
    static let depthMarker = "(dropped: nested deeper than \(depthMax) levels)"
    /// Values that were replaced.
    private(set) var droppedCount = 0

    mutating func fields(_ table: amqp_table_t, depth: Int = 1) -> [HeaderField] {
        let count = unsafe Int(table.num_entries)
        var fields: [HeaderField] = []
        fields.reserveCapacity(count)
        for index in 0..<count {
            let entry = unsafe table.entries[index]
            unsafe fields.append(HeaderField(String(amqp: entry.key), value(entry.value, depth: depth)))
        }
        return fields
    }

    private mutating func value(_ value: amqp_field_value_t, depth: Int) -> HeaderValue {
        // Field kinds are named by letters, as in the protocol's grammar.
        switch unsafe UnicodeScalar(value.kind) {
        case "t": return unsafe .boolean(value.value.boolean != 0)
        case "b": return unsafe .integer(Int64(value.value.i8))
        case "B": return unsafe .integer(Int64(value.value.u8))
        case "s": return unsafe .integer(Int64(value.value.i16))
        case "u": return unsafe .integer(Int64(value.value.u16))
        case "I": return unsafe .integer(Int64(value.value.i32))
        case "i": return unsafe .integer(Int64(value.value.u32))
        case "l": return unsafe .integer(value.value.i64)
        case "L":
            let number = unsafe value.value.u64
            return Int64(exactly: number).map(HeaderValue.integer) ?? .text(String(number))
        case "f": return unsafe .double(Double(value.value.f32))
        case "d": return unsafe .double(value.value.f64)
        case "D": return unsafe .text(Self.decimal(value.value.decimal))
        case "S":
            let bytes = unsafe [UInt8](amqp: value.value.bytes)
            return String(validating: bytes, as: UTF8.self).map(HeaderValue.text) ?? .bytes(bytes)
        case "x": return unsafe .bytes([UInt8](amqp: value.value.bytes))
        case "T": return unsafe .timestamp(value.value.u64)
        case "F":
            guard depth < Self.depthMax else { return tooDeep() }
            return unsafe .table(fields(value.value.table, depth: depth + 1))
        case "A":
            guard depth < Self.depthMax else { return tooDeep() }
            let array = unsafe value.value.array
            var values: [HeaderValue] = []
            for index in 0..<Int(unsafe array.num_entries) {
                unsafe values.append(self.value(array.entries[index], depth: depth + 1))
            }
            return .array(values)
        default: return .void
        }
    }

    private mutating func tooDeep() -> HeaderValue {
        droppedCount += 1
        return .text(Self.depthMarker)
    }

    /// Decimal digits with a point, as the value is exact and a double is not.
    private static func decimal(_ decimal: amqp_decimal_t) -> String {
        // The library has it unsigned; brokers and other clients take it as signed.
        let value = Int32(bitPattern: decimal.value)
        let digits = String(value.magnitude)
        let places = Int(decimal.decimals)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let sign = value < 0 ? "-" : ""
        return places == 0 ? sign + digits : sign + padded.dropLast(places) + "." + padded.suffix(places)
    }
}

/// Writes values as field tables into a pool of librabbitmq, where they live until the pool is recycled.
@safe struct FieldTableWriter {
    let pool: UnsafeMutablePointer<amqp_pool_t>

    /// The table in the pool, or nil when memory ran out.
    func table(_ fields: [HeaderField]) -> amqp_table_t? {
        guard !fields.isEmpty else { return unsafe amqp_table_t() }
        guard let entries = unsafe allocate(amqp_table_entry_t.self, count: fields.count) else { return nil }
        for (index, field) in fields.enumerated() {
            guard let key = unsafe bytes(field.name), let value = unsafe value(field.value) else {
                return nil
            }
            unsafe (entries + index).initialize(to: amqp_table_entry_t(key: key, value: value))
        }
        return unsafe amqp_table_t(num_entries: Int32(fields.count), entries: entries)
    }

    private func value(_ value: HeaderValue) -> amqp_field_value_t? {
        var result = unsafe amqp_field_value_t()
        var kind: Unicode.Scalar
        switch value {
        case .text(let text):
            guard let bytes = unsafe bytes(text) else { return nil }
            kind = "S"
            unsafe result.value.bytes = bytes
        case .integer(let number):
            kind = "l"
            unsafe result.value.i64 = number
        case .double(let number):
            kind = "d"
            unsafe result.value.f64 = number
        case .boolean(let flag):
            kind = "t"
            unsafe result.value.boolean = flag ? 1 : 0
        case .bytes(let content):
            guard let bytes = unsafe bytes(content) else { return nil }
            kind = "x"
            unsafe result.value.bytes = bytes
        case .timestamp(let seconds):
            kind = "T"
            unsafe result.value.u64 = seconds
        case .table(let fields):
            guard let table = unsafe table(fields) else { return nil }
            kind = "F"
            unsafe result.value.table = table
        case .array(let values):
            guard let array = unsafe array(values) else { return nil }
            kind = "A"
            unsafe result.value.array = array
        case .void:
            kind = "V"
        }
        unsafe result.kind = UInt8(ascii: kind)
        return unsafe result
    }

    private func array(_ values: [HeaderValue]) -> amqp_array_t? {
        guard !values.isEmpty else { return unsafe amqp_array_t() }
        guard let entries = unsafe allocate(amqp_field_value_t.self, count: values.count) else { return nil }
        for (index, element) in values.enumerated() {
            guard let value = unsafe value(element) else { return nil }
            unsafe (entries + index).initialize(to: value)
        }
        return unsafe amqp_array_t(num_entries: Int32(values.count), entries: entries)
    }

    /// A copy of the text in the pool.
    func bytes(_ text: String) -> amqp_bytes_t? {
        var text = text
        return text.withUTF8 { unsafe copy(UnsafeRawBufferPointer($0)) }
    }

    private func bytes(_ content: [UInt8]) -> amqp_bytes_t? {
        unsafe content.withUnsafeBytes { unsafe copy($0) }
    }

    private func copy(_ source: UnsafeRawBufferPointer) -> amqp_bytes_t? {
        guard let start = source.baseAddress, source.count > 0 else { return unsafe amqp_bytes_t() }
        guard let memory = unsafe amqp_pool_alloc(pool, source.count) else { return nil }
        unsafe memory.copyMemory(from: start, byteCount: source.count)
        return unsafe amqp_bytes_t(len: source.count, bytes: memory)
    }

    private func allocate<Element>(_ type: Element.Type, count: Int) -> UnsafeMutablePointer<Element>? {
        // The pool aligns to 8 bytes, which is what these structures need.
        unsafe amqp_pool_alloc(pool, MemoryLayout<Element>.stride * count)?.bindMemory(
            to: type,
            capacity: count
        )
    }
}

extension String {
    /// A short text from outside; invalid UTF-8 becomes replacement characters, cut so that it can be sent again.
    init(amqp bytes: amqp_bytes_t) {
        self = unsafe String(
            decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len),
            as: UTF8.self
        )
        // A replacement character takes three bytes.
        while utf8.count > ShortText.bytesMax { removeLast() }
    }
}

extension Array where Element == UInt8 {
    init(amqp bytes: amqp_bytes_t) {
        self = unsafe Array(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
    }
}
