import Broker
import Foundation
import GRDB

/// A message that a session has just claimed.
struct ClaimedMessage {
    var id: Int64
    var message: Message
    var redelivered: Bool
    /// The size of the whole body when `message` holds its first part only.
    var oversizedBytes: UInt64?
}

/// What a claim may take from one queue.
struct ClaimLimits {
    var messagesMax: Int
    var bytesMax: Int
    /// A larger body is cut.
    var bodyBytesMax: Int
    /// What a body is cut to.
    var cutBodyBytes: Int
}

/// The messages claimed from one queue, and whether it has more.
struct Claim {
    var messages: [ClaimedMessage] = []
    var hasMore = false
}

extension BrokerTransaction {
    private static let readyMessages = """
        SELECT message.id, claim.message IS NOT NULL, length(message.body), message.properties,
               CASE WHEN length(message.body) > ? THEN substr(message.body, 1, ?) ELSE message.body END
        FROM message LEFT JOIN claim ON claim.message = message.id
        WHERE message.queue = ? AND claim.session IS NULL
        ORDER BY message.id LIMIT ?
        """

    /// Gives a session the oldest messages of a queue that nobody holds.
    func claim(queue: Int64, session: Int64, limits: ClaimLimits) throws -> Claim {
        var claim = Claim()
        var bytes = 0
        let rows = try Row.fetchCursor(
            statement(
                Self.readyMessages,
                [limits.bodyBytesMax, limits.cutBodyBytes, queue, limits.messagesMax + 1]
            )
        )
        while let row = try rows.next() {
            let size: Int = row[2] ?? 0
            let kept = size > limits.bodyBytesMax ? limits.cutBodyBytes : size
            let isFull = claim.messages.count == limits.messagesMax
            if isFull || (!claim.messages.isEmpty && bytes + kept > limits.bytesMax) {
                claim.hasMore = true
                break
            }
            bytes += kept
            claim.messages.append(
                ClaimedMessage(
                    id: row[0],
                    message: Message(
                        properties: try PropertyEncoding.decode(try row.bytes(at: 3)),
                        body: try row.bytes(at: 4)
                    ),
                    redelivered: row[1],
                    oversizedBytes: size > kept ? UInt64(size) : nil
                )
            )
        }
        for message in claim.messages {
            try run(
                """
                INSERT INTO claim (message, session) VALUES (?, ?)
                ON CONFLICT (message) DO UPDATE SET session = excluded.session
                """,
                [message.id, session]
            )
        }
        return claim
    }

    /// Removes a message that its session has dealt with; nothing happens when the session no longer holds
    /// it.
    func acknowledge(message: Int64, session: Int64) throws {
        try run("DELETE FROM claim WHERE message = ? AND session = ?", [message, session])
        guard database.changesCount == 1 else { return }
        try run("DELETE FROM message WHERE id = ?", [message])
    }

    /// Gives everything that a session holds back to the queues, to where it was.
    func returnClaims(session: Int64) throws {
        try run("UPDATE claim SET session = NULL WHERE session = ?", [session])
    }
}
