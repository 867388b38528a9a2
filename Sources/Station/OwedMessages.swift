package import Broker

/// What a station still owes: messages that no broker has confirmed.
package struct OwedMessages: Sendable, Hashable {
    /// Those that memory knows.
    package var byDestination: [Destination: Int]
    /// The store has further ones, which nobody has counted.
    package var hasMore: Bool

    package init(byDestination: [Destination: Int] = [:], hasMore: Bool = false) {
        self.byDestination = byDestination
        self.hasMore = hasMore
    }

    package var isEmpty: Bool { byDestination.isEmpty && !hasMore }
    package var count: Int { byDestination.values.reduce(0, +) }

    private static let namedMax = 8

    /// `3 messages (2 to queue BILLING, 1 to queue SHIPPING)`, those with the most messages first.
    package var text: String {
        let sorted = byDestination.sorted { ($1.value, "\($0.key)") < ($0.value, "\($1.key)") }
        var parts = sorted.prefix(Self.namedMax).map { "\($0.value) to \($0.key)" }
        if sorted.count > Self.namedMax {
            parts.append("and \(sorted.count - Self.namedMax) more destinations")
        }
        let number = "\(hasMore ? "at least " : "")\(count) message\(count == 1 ? "" : "s")"
        return parts.isEmpty ? "messages" : "\(number) (\(parts.joined(separator: ", ")))"
    }
}
