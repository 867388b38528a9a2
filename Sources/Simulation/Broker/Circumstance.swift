/// What happens between broker and clients as faults and chance bring it about; none is chosen by itself.
package enum Circumstance: String, Sendable, Hashable, CaseIterable {
    /// One confirm stands for several messages.
    case confirmOfSeveral
    /// A message is confirmed before one that was published earlier.
    case confirmOutOfOrder
    case refused
    case returned
    case redelivered
    /// A message is handed to a worker while another one of the same process still has it.
    case withTwoWorkers
    /// An acknowledgement is given when the connection of its delivery is gone.
    case lateAcknowledgement
    /// A delivery waits at a consumer that has as much in hand as may be.
    case withFullHands
    // What was on its way when a connection broke.
    case lostDelivery
    case lostAcknowledgement
    case lostPublication
    case lostConfirm
    case lostRefusal
    case lostReturn
}
