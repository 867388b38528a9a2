import Fulfillment
import Orders
import TestSupport

/// Makes values of any decodable type by chance, the same for the same seed.
///
/// It answers the compiler's own `init(from:)`, so that a field that is added to a type later gets values here
/// without anybody's help.
final class RandomValues {
    var random: SeededRandom
    /// Names of cases that enumerations with values may have.
    private let cases: [String]

    init(seed: UInt64, cases: [String]) {
        random = SeededRandom(seed: seed)
        self.cases = cases
    }

    /// What this type cannot make yet: give it a ``RandomlyMade`` conformance.
    struct Unsupported: Error {
        var type: String
    }

    /// A value; of an enumeration with values, the named case.
    func make<Value: Decodable>(_ type: Value.Type, case name: String? = nil) throws -> Value {
        if let type = Value.self as? any RandomlyMade.Type {
            guard let value = try type.random(from: self) as? Value else { throw unsupported(type) }
            return value
        }
        if let type = Value.self as? any CaseIterable.Type, let value = anyCase(of: type) as? Value {
            return value
        }
        return try Value(from: RandomDecoder(values: self, cases: name.map { [$0] } ?? cases))
    }

    private func anyCase<Value: CaseIterable>(of type: Value.Type) -> Any? {
        Array(type.allCases).randomElement(using: &random)
    }

    func unsupported(_ type: Any.Type) -> Unsupported { Unsupported(type: "\(type)") }
}

/// A type of which values can be had without decoding.
protocol RandomlyMade {
    static func random(from values: RandomValues) throws -> Self
}

extension String: RandomlyMade {
    private static let pieces = [
        "a", "Z", "7", " ", "/", "\"", "\\", "\n", "\r", "\t", "\u{8}", "\u{c}", "\u{0}", "\u{1}", "\u{1f}",
        "\u{7f}", "\u{80}", "é", "e\u{301}", "\u{2028}", "\u{2029}", "\u{feff}", "\u{fffd}", "\u{ffff}", "漢",
        "👩‍🔧", "\u{10ffff}", ",", ":", "[", "]", "{", "}", "null", "IN_PROGRESS", "Provision/Fixed/1",
    ]

    static func random(from values: RandomValues) -> String {
        let plain = values.random.percent(60)
        let count = values.random.below(values.random.percent(5) ? 200 : 6)
        return (0..<count).map { _ in
            plain ? "piece" : pieces[values.random.below(pieces.count)]
        }.joined()
    }
}

extension Bool: RandomlyMade {
    static func random(from values: RandomValues) -> Bool { values.random.percent(50) }
}

extension Int64: RandomlyMade {
    static func random(from values: RandomValues) -> Int64 {
        switch values.random.below(6) {
        case 0: [.min, .max, 0, -1, 1, .min + 1, .max - 1][values.random.below(7)]
        case 1: Int64(truncatingIfNeeded: values.random.next())
        default: Int64(values.random.below(2_000)) - 1_000
        }
    }
}

extension Int: RandomlyMade {
    static func random(from values: RandomValues) -> Int { Int(Int64.random(from: values)) }
}

extension OrderPriority: RandomlyMade {
    static func random(from values: RandomValues) -> OrderPriority {
        OrderPriority(values.random.below(10)) ?? .standard
    }
}

extension Dictionary: RandomlyMade where Key: RandomlyMade, Value: Decodable {
    static func random(from values: RandomValues) throws -> Self {
        var result: Self = [:]
        for _ in 0..<values.random.below(4) {
            result[try .random(from: values)] = try values.make(Value.self)
        }
        return result
    }
}

private struct RandomDecoder: Decoder {
    let values: RandomValues
    let cases: [String]
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Fields(values: values, cases: cases))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        Elements(values: values, count: values.random.below(4))
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single(values: values) }
}

private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let values: RandomValues
    let cases: [String]
    var codingPath: [any CodingKey] { [] }
    /// Asked for by enumerations only: one of their cases.
    var allKeys: [Key] {
        let keys = cases.compactMap { Key(stringValue: $0) }
        return keys.isEmpty ? [] : [keys[values.random.below(keys.count)]]
    }

    func contains(_ key: Key) -> Bool { values.random.percent(70) }
    func decodeNil(forKey key: Key) -> Bool { false }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try values.make(type)
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedDecodingContainer<Nested> {
        KeyedDecodingContainer(Fields<Nested>(values: values, cases: cases))
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw values.unsupported(Key.self)
    }
    func superDecoder() throws -> any Decoder { throw values.unsupported(Key.self) }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw values.unsupported(Key.self) }
}

private struct Elements: UnkeyedDecodingContainer {
    let values: RandomValues
    let count: Int?
    var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var isAtEnd: Bool { currentIndex == count }

    mutating func decodeNil() -> Bool { false }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        currentIndex += 1
        return try values.make(type)
    }
    mutating func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        throw values.unsupported(Key.self)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw values.unsupported(Self.self)
    }
    mutating func superDecoder() throws -> any Decoder { throw values.unsupported(Self.self) }
}

private struct Single: SingleValueDecodingContainer {
    let values: RandomValues
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard Value.self is any RandomlyMade.Type else { throw values.unsupported(type) }
        return try values.make(type)
    }
}
