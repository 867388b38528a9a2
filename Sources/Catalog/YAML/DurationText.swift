/// ISO 8601 durations of days, hours, minutes and seconds: `P2D`, `PT1H30M`, `PT0.5S`.
///
/// Years and months are not among them: they have no length of their own.
enum DurationText {
    /// A hundred years.
    static let millisecondsMax: Int64 = 36_525 * 86_400_000

    /// - Returns: `nil` when the text is no such duration, or longer than a hundred years.
    static func milliseconds(_ text: String) -> Int64? {
        var rest = text.utf8[...]
        guard rest.popFirst() == 80, !rest.isEmpty else { return nil }
        // What may come next: each unit once, larger ones first.
        var units: [(letter: UInt8, milliseconds: Int64)] = [(87, 604_800_000), (68, 86_400_000)]
        var isTime = false
        var total: Int64 = 0
        while !rest.isEmpty {
            if rest.first == 84 {
                guard !isTime else { return nil }
                isTime = true
                rest.removeFirst()
                units = [(72, 3_600_000), (77, 60_000), (83, 1000)]
                guard !rest.isEmpty else { return nil }
            }
            guard let (thousandths, hasFraction) = number(&rest), let letter = rest.popFirst(),
                let index = units.firstIndex(where: { $0.letter == letter }), !hasFraction || letter == 83
            else { return nil }
            let (product, overflow) = thousandths.multipliedReportingOverflow(by: units[index].milliseconds)
            guard !overflow, product / 1000 <= millisecondsMax - total else { return nil }
            total += product / 1000
            units.removeFirst(index + 1)
        }
        return total
    }

    /// Digits with at most three after a point, in thousandths.
    private static func number(_ rest: inout Substring.UTF8View) -> (thousandths: Int64, hasFraction: Bool)? {
        var digits = 0
        var value: Int64 = 0
        while let byte = rest.first, (48...57).contains(byte), digits < 10 {
            value = value * 10 + Int64(byte - 48)
            digits += 1
            rest.removeFirst()
        }
        guard digits > 0 else { return nil }
        guard rest.first == 46 || rest.first == 44 else { return (value * 1000, false) }
        rest.removeFirst()
        var fraction: Int64 = 0
        var fractionDigits = 0
        while let byte = rest.first, (48...57).contains(byte), fractionDigits < 3 {
            fraction = fraction * 10 + Int64(byte - 48)
            fractionDigits += 1
            rest.removeFirst()
        }
        guard fractionDigits > 0 else { return nil }
        for _ in fractionDigits..<3 { fraction *= 10 }
        return (value * 1000 + fraction, true)
    }
}
