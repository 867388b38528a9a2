import Orders

/// Reads moments as people give them on a command line.
enum MomentText {
    /// A moment (`2026-11-21T08:00:00Z`, `2026-11-21`; UTC unless it says otherwise) or how long ago it was
    /// (`90s`, `10m`, `2h`, `1d`, `1w`).
    ///
    /// - Returns: `nil` when the text is neither.
    static func moment(_ text: String, now: Timestamp) -> Timestamp? {
        if let seconds = seconds(text) { return now.advanced(bySeconds: -seconds) }
        return Timestamp(text: text, zone: .utc)
    }

    /// What is right, for messages.
    static let examples = "write a moment such as 2026-11-21T08:00:00Z, or how long ago: 90s, 10m, 2h, 1d, 1w"

    private static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()), count >= 0
        else {
            return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        // A hundred years.
        return overflow || product > 3_155_760_000 ? nil : product
    }
}
