/// Bounds a text before the parser sees it: its size, and how far its aliases can multiply.
enum YAMLGuard {
    static let bytesMax = 1 << 20
    /// Aliases of aliases multiply: with so few of them a document grows a few hundred times at most.
    static let aliasesMax = 16

    /// The text, when it is UTF-8 of permitted size with few aliases; else the problem is told.
    static func text(of bytes: [UInt8], problems: Problems) -> String? {
        guard bytes.count <= bytesMax else {
            problems.error(
                .start,
                "the file has \(bytes.count) bytes",
                "it may have \(bytesMax) at most"
            )
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            problems.error(placeOfInvalidByte(in: bytes), "this byte is not UTF-8", "save the file as UTF-8")
            return nil
        }
        let aliases = aliasPlaces(in: bytes)
        if aliases.count > aliasesMax {
            problems.error(
                aliases[aliasesMax],
                "more than \(aliasesMax) aliases",
                "name what is shared (as `stateMaps` does) instead of repeating it by `*alias`"
            )
            return nil
        }
        return text
    }

    /// Everything that could be an alias: an asterisk with a name, where a value may begin.
    ///
    /// Comments of a line of their own are left out; an asterisk inside a text may be counted, which does no harm.
    private static func aliasPlaces(in bytes: [UInt8]) -> [Place] {
        var places: [Place] = []
        var line = 1
        var column = 0
        var isComment = false
        var previous: UInt8 = 32
        for (index, byte) in bytes.enumerated() {
            if byte == 10 {
                line += 1
                column = 0
                isComment = false
                previous = 32
                continue
            }
            if byte & 0xC0 != 0x80 { column += 1 }
            if byte == 35, column == 1 || onlySpace(bytes, before: index) { isComment = true }
            let mayBegin = previous <= 32 || [44, 91, 123, 58, 45, 63].contains(previous)
            if byte == 42, !isComment, mayBegin, index + 1 < bytes.count, bytes[index + 1] > 32 {
                places.append(Place(line: line, column: column))
            }
            previous = byte
        }
        return places
    }

    private static func onlySpace(_ bytes: [UInt8], before index: Int) -> Bool {
        var here = index
        while here > 0, bytes[here - 1] != 10 {
            here -= 1
            if bytes[here] > 32 { return false }
        }
        return true
    }

    private static func placeOfInvalidByte(in bytes: [UInt8]) -> Place {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var place = Place.start
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue("\n"): place = Place(line: place.line + 1, column: 1)
            case .scalarValue: place.column += 1
            case .emptyInput, .error: return place
            }
        }
    }
}
