/// What is to be done with a line's product: AIA's ServiceActionCode.
package enum ServiceAction: String, Codable, Sendable, Hashable, CaseIterable {
    case add = "ADD"
    case update = "UPDATE"
    case delete = "DELETE"
    case suspend = "SUSPEND"
    case resume = "RESUME"
    case moveAdd = "MOVE-ADD"
    case moveDelete = "MOVE-DELETE"
    /// Nothing is to be done.
    case none = "NONE"

    /// Reads a code regardless of case and surrounding white space.
    package init?(code: String) {
        self.init(rawValue: code.trimmedXMLSpace.uppercased())
    }
}

extension String {
    /// The text without XML white space at its ends.
    package var trimmedXMLSpace: String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }
        guard let first = utf8.first, let last = utf8.last, isSpace(first) || isSpace(last) else {
            return self
        }
        let bytes = utf8.drop(while: isSpace)
        var end = bytes.endIndex
        while end > bytes.startIndex {
            let before = bytes.index(before: end)
            guard isSpace(bytes[before]) else { break }
            end = before
        }
        return String(Substring(bytes[bytes.startIndex..<end]))
    }
}
