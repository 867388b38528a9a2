extension BrokerTransaction {
    /// Settles what a session's owner has asked for.
    ///
    /// Returns whether a message moved to another queue.
    func apply(
        _ settlements: DeliveriesInHand.Settlements,
        session: Int64,
        secondsSince1970: () -> UInt64
    ) throws -> Bool {
        for message in settlements.acknowledged { try acknowledge(message: message, session: session) }
        guard !settlements.rejected.isEmpty else { return false }
        let now = secondsSince1970()
        var isMoved = false
        for message in settlements.rejected
        where try reject(message: message, session: session, atSeconds: now) {
            isMoved = true
        }
        return isMoved
    }
}
