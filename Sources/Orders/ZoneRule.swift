internal import Foundation

/// The time zone in which texts without a zone are read.
package struct ZoneRule: Sendable, Hashable {
    private let zone: TimeZone

    /// UTC.
    package static let utc = ZoneRule(zone: .gmt)

    private init(zone: TimeZone) { self.zone = zone }

    /// - Returns: `nil` when the time zone database does not know the name.
    package init?(identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        self.zone = zone
    }

    /// The zone's name, such as `America/Sao_Paulo`.
    package var identifier: String { zone.identifier }

    /// The moment at which clocks of this zone show that local time; the earlier one where it happens twice.
    package func moment(localMilliseconds: Int64) -> Timestamp {
        let local = Double(localMilliseconds) / 1000
        // The offset before the local time read as UTC less a day is a first guess; a second look settles it.
        var offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: local - 86_400))
        let guess = zone.secondsFromGMT(for: Date(timeIntervalSince1970: local - Double(offset)))
        if guess != offset {
            let again = zone.secondsFromGMT(for: Date(timeIntervalSince1970: local - Double(guess)))
            if again == guess { offset = guess }
        }
        return Timestamp(milliseconds: localMilliseconds - Int64(offset) * 1000)
    }
}
