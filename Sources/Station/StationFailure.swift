package import Broker
package import Store

/// Why a station ended without having been told to.
package enum StationFailure: Error, Sendable, CustomStringConvertible {
    /// The store cannot go on.
    case store(StoreError)
    /// A link to the broker has ended for good: trying again would not help.
    case broker(BrokerError)

    package var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .broker(let error): "\(error)"
        }
    }
}
