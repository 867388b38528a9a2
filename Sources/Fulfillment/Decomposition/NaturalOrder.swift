/// Orders texts as people do: `2` before `10`.
package enum NaturalOrder {
    package static func precedes(_ left: String, _ right: String) -> Bool {
        var leftBytes = left.utf8[...]
        var rightBytes = right.utf8[...]
        while let first = leftBytes.first, let second = rightBytes.first {
            if isDigit(first) && isDigit(second) {
                let one = takeNumber(&leftBytes)
                let two = takeNumber(&rightBytes)
                if one.count != two.count { return one.count < two.count }
                if !one.elementsEqual(two) { return one.lexicographicallyPrecedes(two) }
                continue
            }
            if first != second { return first < second }
            leftBytes = leftBytes.dropFirst()
            rightBytes = rightBytes.dropFirst()
        }
        if leftBytes.isEmpty != rightBytes.isEmpty { return leftBytes.isEmpty }
        return left < right
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    /// The digits at the front without leading zeros.
    private static func takeNumber(_ bytes: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = bytes.prefix(while: isDigit)
        bytes = bytes.dropFirst(digits.count)
        return digits.drop { $0 == 48 }
    }
}
