import Broker

/// Exchanges that were published to and do not exist.
///
/// RabbitMQ closes the channel for such a publication, and all others under way on it are lost with it. So the
/// publisher finds out which one it was, and gives those publications back, instead of breaking connection after
/// connection.
struct MissingExchanges {
    private static let recheckSeconds = 10.0
    private static let suspectsMax = 64

    private let connector: Connector
    private var suspects: Set<String> = []
    private var missing: Set<String> = []
    private var recheckAt: UInt64 = 0

    init(connector: Connector) { self.connector = connector }

    func contains(_ exchange: String) -> Bool { !missing.isEmpty && missing.contains(exchange) }

    /// Notes what was under way when the broker said "not found".
    mutating func suspect(_ exchanges: Set<String>) {
        suspects = Set(exchanges.subtracting([""]).sorted().prefix(Self.suspectsMax))
    }

    /// Asks for the suspects on a new connection that does nothing else yet.
    mutating func examine(_ connection: borrowing Connection) throws(BrokerError) {
        guard !suspects.isEmpty || !missing.isEmpty else { return }
        var absent: Set<String> = []
        for exchange in suspects.union(missing) where try !Self.exists(exchange, connection) {
            absent.insert(exchange)
        }
        suspects = []
        missing = absent
        recheckAt = MonotonicClock.deadline(inSeconds: Self.recheckSeconds)
    }

    /// Asks again from time to time whether the missing ones are there now, beside the publisher's own connection.
    mutating func recheckWhenDue() {
        guard !missing.isEmpty, MonotonicClock.nanoseconds() >= recheckAt else { return }
        recheckAt = MonotonicClock.deadline(inSeconds: Self.recheckSeconds)
        do throws(BrokerError) {
            let connection = try connector.sibling(name: connector.name + " (looks for exchanges)").open()
            try examine(connection)
            connection.close(timeoutSeconds: 1)
        } catch {
            // They stay missing until the next look; the publisher's own connection tells of troubles.
        }
    }

    private static func exists(
        _ exchange: String,
        _ connection: borrowing Connection
    ) throws(BrokerError) -> Bool {
        do throws(BrokerError) {
            try connection.declare(Topology.Exchange(name: exchange, type: .direct), passive: true)
            return true
        } catch {
            guard error.code == .notFound else { throw error }
            try connection.reopenChannel()
            return false
        }
    }
}
