/// How urgent an order is: 0 to 9, 9 most urgent, 5 unless said otherwise (the range of OSM and JMS).
package struct OrderPriority: Hashable, Codable, Sendable, Comparable {
    package let value: Int

    /// - Returns: `nil` outside 0 to 9.
    package init?(_ value: Int) {
        guard (0...9).contains(value) else { return nil }
        self.value = value
    }

    private init(known value: Int) { self.value = value }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let priority = OrderPriority(try container.decode(Int.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a priority is 0 to 9")
        }
        self = priority
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    package static let standard = OrderPriority(known: 5)

    package static func < (left: OrderPriority, right: OrderPriority) -> Bool { left.value < right.value }
}
