internal import Broker

/// What reaches the engine's thread from others.
enum StationEvent: Sendable {
    case consumer(link: Int, ConsumerEvent)
    case publisher(PublisherEvent)
    /// Drain and stop.
    case stop
}
