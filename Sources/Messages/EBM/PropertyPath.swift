/// The path of a property, taken apart: `ServiceAddress#2/CountryCode[ISO]`, `OrderQuantity/@unitCode`.
struct PropertyPath {
    /// Names from the top with their repetitions, counted from 1.
    private(set) var steps: [(name: String, repetition: Int)] = []
    /// The scheme or list of the value.
    private(set) var scheme: String?

    /// - Returns: `nil` when the text is no such path.
    init?(_ text: String) {
        let bytes = text.utf8
        var base = text[...]
        var lastRepetition = 1
        if let open = bytes.firstIndex(of: UInt8(ascii: "[")),
            let close = bytes.lastIndex(of: UInt8(ascii: "]")),
            open < close
        {
            base = text[..<open]
            scheme = String(text[text.index(after: open)..<close])
            let rest = text[text.index(after: close)...]
            if !rest.isEmpty {
                guard rest.first == "#", let repetition = Int(rest.dropFirst()) else { return nil }
                lastRepetition = repetition
            }
        }
        for step in base.split(separator: "/", omittingEmptySubsequences: false) {
            let parts = step.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty else { return nil }
            guard parts.count == 2 else {
                steps.append((String(name), 1))
                continue
            }
            guard let repetition = Int(parts[1]) else { return nil }
            steps.append((String(name), repetition))
        }
        if lastRepetition > 1, let last = steps.popLast() { steps.append((last.name, lastRepetition)) }
        guard steps.allSatisfy({ (1...LayoutPlace.repetitionsMax).contains($0.repetition) }) else {
            return nil
        }
    }

    /// The path without repetitions and scheme, as the layout knows it.
    var plain: String { steps.map(\.name).joined(separator: "/") }

    /// Splits `path[scheme]` into both.
    static func scheme(_ text: String) -> (path: String, scheme: String)? {
        let bytes = text.utf8
        guard bytes.last == UInt8(ascii: "]"), let position = text.firstByte("[") else { return nil }
        let open = bytes.index(bytes.startIndex, offsetBy: position)
        let scheme = text[bytes.index(after: open)..<bytes.index(before: bytes.endIndex)]
        return scheme.isEmpty ? nil : (String(text[..<open]), String(scheme))
    }

    /// Splits `path/@name` into both.
    static func attribute(_ text: String) -> (path: String, name: String)? {
        let bytes = text.utf8
        guard text.hasByte("@"), let at = bytes.lastIndex(of: UInt8(ascii: "@")), at > bytes.startIndex,
            bytes[bytes.index(before: at)] == UInt8(ascii: "/")
        else { return nil }
        return (String(text[..<bytes.index(before: at)]), String(text[bytes.index(after: at)...]))
    }
}
