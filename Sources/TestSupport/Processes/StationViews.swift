import Foundation

/// `waystation stats --json`, as much as tests look at.
package struct StatisticsOutput: Decodable, Sendable {
    package var hops: Int
    package var duplicates: Int
    package var published: Int
    package var outboxPending: Int
    package var parked: Int
    package var timers: Int
    /// By state; every state is there.
    package var orders: [String: Int]
    /// By code; those that occurred.
    package var errors: [String: Int]

    /// What failed of messages and orders, without the trouble that the station itself had, such as a broker that was away.
    package var errorsOfMessages: [String: Int] { errors.filter { !Self.ownTrouble.contains($0.key) } }

    /// The codes of trouble that the station itself has.
    package static let ownTrouble: Set<String> = [
        "BROKER_UNAVAILABLE", "QUEUE_UNAVAILABLE", "MESSAGES_HELD", "STORE_UNAVAILABLE", "QUEUE_PAUSED",
    ]

    package var open: Int { orders.values.reduce(0, +) - completed - (orders["Failed"] ?? 0) }
    package var completed: Int { orders["Completed"] ?? 0 }
}

/// One of `waystation orders --json`.
package struct OrderSummary: Decodable, Sendable {
    package struct Components: Decodable, Sendable {
        package var total: Int
        package var completed: Int
        package var failed: Int
    }

    package var key: String
    package var role: String
    package var state: String
    package var components: Components
}

/// `waystation order KEY --json`, as much as tests look at.
package struct OrderOutput: Decodable, Sendable {
    package struct Line: Decodable, Sendable {
        package var id: String
        package var state: String?
        package var milestone: String?
    }

    package struct Component: Decodable, Sendable {
        package var id: String
        package var function: String
        package var system: String
        package var state: String
    }

    package struct Event: Decodable, Sendable {
        package var event: String
        package var cause: String
        package var messageId: String?
    }

    package struct Failure: Decodable, Sendable {
        package var code: String
    }

    package var key: String
    package var role: String
    package var state: String
    package var status: String
    package var lines: [Line]
    package var components: [Component]
    package var history: [Event]
    package var failures: [Failure]
}

extension StationSite {
    package func statistics() async throws -> StatisticsOutput {
        try JSONDecoder().decode(StatisticsOutput.self, from: Data(try await output("stats", "--json").utf8))
    }

    package func orders(_ arguments: String...) async throws -> [OrderSummary] {
        let text = try await output(of: ["orders", "--json", "--limit", "100000"] + arguments)
        return try JSONDecoder().decode([OrderSummary].self, from: Data(text.utf8))
    }

    package func order(_ key: String, role: String = "COM") async throws -> OrderOutput {
        let text = try await output("order", key, "--role", role, "--json")
        return try JSONDecoder().decode(OrderOutput.self, from: Data(text.utf8))
    }

    /// Waits until so many orders of the role are completed and nothing is owed.
    package func waitForCompletion(of count: Int, role: String = "COM", seconds: Double = 120) async throws {
        var last = "nothing"
        try await eventually("\(count) completed orders; there are \(last)", seconds: seconds, every: 0.25) {
            let orders = try await orders("--role", role)
            last = Dictionary(grouping: orders, by: \.state).map { "\($0.value.count) \($0.key)" }.joined(
                separator: ", "
            )
            return orders.count { $0.state == "Completed" } >= count
        }
        try await waitForQuiet()
    }

    /// Waits until nothing is owed to anybody.
    package func waitForQuiet(seconds: Double = 60) async throws {
        var pending = 0
        try await eventually("an empty outbox; it holds \(pending)", seconds: seconds, every: 0.25) {
            pending = try await statistics().outboxPending
            return pending == 0
        }
    }
}
