internal import Foundation
package import Orders

/// An example order with room for a key, a message id and a date of its own.
package struct OrderTemplate: Sendable {
    private enum Piece: Sendable {
        case bytes([UInt8])
        case key
        case messageID
        case requested
    }

    package let name: String
    /// How often it is chosen among all.
    package let weight: Int
    private let pieces: [Piece]

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
        var pieces: [Piece] = []
        var rest = text[...]
        while true {
            let next = marks.compactMap { mark in rest.range(of: mark.0).map { ($0, mark.1) } }
                .min { $0.0.lowerBound < $1.0.lowerBound }
            guard let (range, piece) = next else { break }
            pieces.append(.bytes(Array(rest[..<range.lowerBound].utf8)))
            pieces.append(piece)
            rest = rest[range.upperBound...]
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

    package func body(key: OrderKey, messageID: MessageID, requested: Timestamp) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(12_000)
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): body += bytes
            case .key: body += key.rawValue.utf8
            case .messageID: body += messageID.rawValue.utf8
            case .requested: body += requested.text.utf8
            }
        }
        return body
    }
}
