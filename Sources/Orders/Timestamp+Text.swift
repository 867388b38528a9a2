extension Timestamp: CustomStringConvertible {
    /// `2026-11-21T03:15:00.000Z`: every output is in UTC.
    package var description: String { text }

    /// The moment as xsd:dateTime in UTC with milliseconds.
    package var text: String {
        let dayMilliseconds: Int64 = 86_400_000
        var days = milliseconds / dayMilliseconds
        var rest = milliseconds % dayMilliseconds
        if rest < 0 {
            rest += dayMilliseconds
            days -= 1
        }
        let date = CivilDate.date(days: Int(days))
        let seconds = Int(rest / 1000)
        return String(unsafeUninitializedCapacity: 40) { buffer in
            var count = 0
            func put(_ byte: UInt8) {
                buffer[count] = byte
                count += 1
            }
            func put(_ value: Int, digits: Int) {
                var divisor = 1
                for _ in 1..<digits { divisor *= 10 }
                var left = value
                for _ in 0..<digits {
                    put(UInt8(48 + (left / divisor) % 10))
                    left %= divisor
                    divisor = max(divisor / 10, 1)
                }
            }
            if date.year < 0 { put(45) }
            let year = abs(date.year)
            put(year, digits: year > 999_999 ? 9 : year > 9999 ? 6 : 4)
            put(45)
            put(date.month, digits: 2)
            put(45)
            put(date.day, digits: 2)
            put(84)
            put(seconds / 3600, digits: 2)
            put(58)
            put(seconds / 60 % 60, digits: 2)
            put(58)
            put(seconds % 60, digits: 2)
            put(46)
            put(Int(rest % 1000), digits: 3)
            put(90)
            return count
        }
    }

    /// Reads xsd:dateTime or xsd:date; a text without zone is local time in `zone`, a date alone is its
    /// midnight.
    ///
    /// - Returns: `nil` when the text is not a date of the years 1 to 9999.
    package init?(text: String, zone: ZoneRule) {
        var reader = DateTextReader(text)
        guard let local = reader.localMilliseconds() else { return nil }
        switch reader.offsetMinutes() {
        case .none: self = zone.moment(localMilliseconds: local)
        case .minutes(let minutes): self.init(milliseconds: local - Int64(minutes) * 60_000)
        case .malformed: return nil
        }
    }
}

/// Walks over the bytes of a date text.
private struct DateTextReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    enum Offset {
        case none
        case minutes(Int)
        case malformed
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + count] {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        position += count
        return value
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Milliseconds since 1970 as if the text were UTC.
    mutating func localMilliseconds() -> Int64? {
        guard let year = digits(4), year > 0, take(45), let month = digits(2), (1...12).contains(month),
            take(45),
            let day = digits(2), day >= 1, day <= CivilDate.daysInMonth(year: year, month: month)
        else { return nil }
        let midnight = Int64(CivilDate.days(year: year, month: month, day: day)) * 86_400_000
        guard take(84) else { return midnight }
        guard let hour = digits(2), hour <= 24, take(58), let minute = digits(2), minute < 60 else {
            return nil
        }
        var second = 0
        var fraction = 0
        if take(58) {
            // A leap second is read as the second before it.
            guard let read = digits(2), read <= 60 else { return nil }
            second = min(read, 59)
            if take(46) {
                guard let read = milliseconds() else { return nil }
                fraction = read
            }
        }
        if hour == 24 && (minute > 0 || second > 0 || fraction > 0) { return nil }
        return midnight + Int64(((hour * 60 + minute) * 60 + second) * 1000 + fraction)
    }

    /// A fraction of a second, cut off after three digits.
    private mutating func milliseconds() -> Int? {
        let start = position
        var fraction = 0
        var scale = 100
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
            fraction += Int(bytes[position] - 48) * scale
            scale /= 10
            position += 1
        }
        return position > start ? fraction : nil
    }

    /// The zone at the end of the text.
    mutating func offsetMinutes() -> Offset {
        if position == bytes.count { return .none }
        if take(90) { return position == bytes.count ? .minutes(0) : .malformed }
        let negative = take(45)
        guard negative || take(43), let hours = digits(2), hours <= 14, take(58), let minutes = digits(2),
            minutes < 60, position == bytes.count
        else { return .malformed }
        let total = hours * 60 + minutes
        guard total <= 14 * 60 else { return .malformed }
        return .minutes(negative ? -total : total)
    }
}
