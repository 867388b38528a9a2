internal import Foundation
package import Orders

/// An example order with room for a key, a message id and a date of its own.
package struct OrderTemplate: Sendable {
    private enum Piece: Sendable {
        case bytes([UInt8])
        case key
        case messageID
        case requested
        /// Where the first line may say what it follows.
        case base
    }

    package let name: String
    /// How often it is chosen among all.
    package let weight: Int
    private let pieces: [Piece]
    /// The line that others may follow; `nil` for orders that nobody can follow, or that may not be done.
    let followableLine: LineID?
    /// Whether its first line can follow another order.
    let canFollow: Bool

    /// Examples of which every line is done in the end.
    private static let followable = ["mobile", "broadband-rio", "broadband-curitiba", "triple-play"]
    private static let item = "<corecom:ItemReference>"

    /// Cuts an example into pieces; `nil` when it is not built as the examples are.
    package init?(name: String, weight: Int, text: String) {
        guard let key = Self.first(in: text, after: "schemeAgencyID=\"SEBL_01\">"),
            let messageID = Self.first(in: text, after: "<corecom:EBMID>")
        else { return nil }
        var marks = [(key, Piece.key), (messageID, .messageID)]
        if name == "future-dated",
            let requested = Self.first(in: text, after: "<sordebo:RequestedDeliveryDateTime>")
        {
            marks.append((requested, .requested))
        }
        let line = Self.first(in: text, after: "schemeID=\"SALESORDER_LINEID\" schemeAgencyID=\"SEBL_01\">")
        followableLine = Self.followable.contains(name) ? line.map { LineID($0) } : nil
        canFollow = followableLine != nil
        var pieces: [Piece] = []
        var rest = text[...]
        if canFollow { marks.append((Self.item, .base)) }
        while true {
            let next = marks.compactMap { mark in rest.range(of: mark.0).map { ($0, mark.1) } }
                .min { $0.0.lowerBound < $1.0.lowerBound }
            guard let (range, piece) = next else { break }
            pieces.append(.bytes(Array(rest[..<range.lowerBound].utf8)))
            pieces.append(piece)
            rest = rest[range.upperBound...]
            if case .base = piece {
                // Only the first line follows anything.
                marks.removeAll { $0.0 == Self.item }
                pieces.append(.bytes(Array(Self.item.utf8)))
            }
        }
        pieces.append(.bytes(Array(rest.utf8)))
        self.name = name
        self.weight = weight
        self.pieces = pieces
    }

    private static func first(in text: String, after mark: String) -> String? {
        guard let start = text.range(of: mark)?.upperBound, let end = text[start...].firstIndex(of: "<")
        else {
            return nil
        }
        return String(text[start..<end])
    }

    package func body(
        key: OrderKey,
        messageID: MessageID,
        requested: Timestamp,
        follows base: BaseReference? = nil
    ) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(12_000)
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): body += bytes
            case .key: body += key.rawValue.utf8
            case .messageID: body += messageID.rawValue.utf8
            case .requested: body += requested.text.utf8
            case .base: if let base { body += Self.reference(to: base).utf8 }
            }
        }
        return body
    }

    private static func reference(to base: BaseReference) -> String {
        func identification(_ name: String, _ scheme: String, _ value: String) -> String {
            "<corecom:\(name)><corecom:ID schemeID=\"\(scheme)\" schemeAgencyID=\"SEBL_01\">\(value)</corecom:ID></corecom:\(name)>"
        }
        let order = identification("SalesOrderIdentification", "SALESORDER_ID", base.order.rawValue)
        guard let line = base.line else {
            return "<corecom:DependingSalesOrderReference>\(order)</corecom:DependingSalesOrderReference>"
        }
        return "<corecom:DependingSalesOrderLineReference>\(order)"
            + identification("SalesOrderLineIdentification", "SALESORDER_LINEID", line.rawValue)
            + "</corecom:DependingSalesOrderLineReference>"
    }
}
