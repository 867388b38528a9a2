package import Broker
package import Store

/// Why a station ended without having been told to.
package enum StationFailure: Error, Sendable, CustomStringConvertible {
    /// The store cannot go on.
    case store(StoreError)
    /// Nothing can be sent any more, and trying again would not help.
    case publisher(BrokerError)

    package var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .publisher(let error): "\(error)"
        }
    }
}
