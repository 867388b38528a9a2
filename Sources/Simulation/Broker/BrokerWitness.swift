internal import Broker

/// Who is asked, at the moment when the broker lets go of a message or takes one, whether a process may do that yet.
///
/// Waiting for the end would not do: most harm is healed by the next redelivery.
struct BrokerWitness: Sendable {
    /// What is wrong with the acknowledgement of a message of a queue; `nil` when nothing is.
    var acknowledged: @Sendable (_ message: Message, _ queue: String) -> String?
    /// What is wrong with a publication of a process; `nil` when nothing is.
    var published: @Sendable (_ publication: Publication, _ owner: Int) -> String?
}
