import Broker
import Foundation
import GRDB

extension BrokerTransaction {
    /// Moves a message to where its queue puts rejected messages, and drops it when that is nowhere.
    ///
    /// Returns whether it went anywhere.
    func reject(message: Int64, session: Int64, atSeconds: UInt64) throws -> Bool {
        let row = try Row.fetchOne(
            statement(
                """
                SELECT queue.name, queue.dead_letter_exchange, queue.dead_letter_key,
                       message.exchange, message.routing_key, message.properties
                FROM message JOIN queue ON queue.id = message.queue JOIN claim ON claim.message = message.id
                WHERE message.id = ? AND claim.session = ?
                """,
                [message, session]
            )
        )
        guard let row else { return false }
        var isMoved = false
        if let exchange = row[1] as String? {
            let destination = Destination(exchange: exchange, routingKey: row[2] ?? "")
            var properties = try PropertyEncoding.decode(try row.bytes(at: 5))
            let death = Death(
                queue: row[0],
                exchange: row[3],
                routingKey: row[4],
                reason: "rejected",
                seconds: atSeconds
            )
            properties.headers = death.recorded(in: properties.headers)
            isMoved = try copy(message: message, to: destination, properties: properties)
        }
        try acknowledge(message: message, session: session)
        return isMoved
    }

    private func copy(
        message: Int64,
        to destination: Destination,
        properties: MessageProperties
    ) throws -> Bool {
        var router = Router(self)
        guard case .queues(let queues) = try router.route(destination), !queues.isEmpty else { return false }
        let encoded = Data(try PropertyEncoding.encode(properties))
        for queue in queues {
            try run(
                """
                INSERT INTO message (queue, exchange, routing_key, properties, body)
                SELECT ?, ?, ?, ?, body FROM message WHERE id = ?
                """,
                [queue, destination.exchange, destination.routingKey, encoded, message]
            )
        }
        return true
    }
}
