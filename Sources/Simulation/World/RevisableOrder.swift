internal import Foundation
internal import Orders

/// An example order from which revisions are made: parts can be left out, and values can be other ones.
package struct RevisableOrder: Sendable {
    /// What a revision wants.
    struct Content: Sendable, Hashable {
        /// The bundles in it, in order; none cancels the order.
        var parts: [Int]
        var speed: String
        /// Whether billing begins at once, not on a day of its own.
        var isBilledAtOnce = false
    }

    private let head: String
    /// Bundles with the lines in them.
    private let parts: [String]
    private let tail: String
    private let key: String
    private let messageID: String
    private let revision: String
    private let billingStart: String
    private let billing: String
    private let speed: String

    private static let otherName = "Unlimited Local Calls"
    private static let lineStart = "<sordebo:SalesOrderLine>"
    private static let lineEnd = "</sordebo:SalesOrderLine>"
    private static let groupStart = "<sordebo:SalesOrderSpecificationGroup>"
    private static let groupEnd = "</sordebo:SalesOrderSpecificationGroup>"

    /// Cuts an example into pieces; `nil` when it is not built as the examples are.
    package init?(text: String) {
        func first(after mark: String) -> String? {
            guard let start = text.range(of: mark)?.upperBound, let end = text[start...].firstIndex(of: "<")
            else { return nil }
            return String(text[start..<end])
        }
        guard let start = text.range(of: Self.lineStart)?.lowerBound,
            let end = text.range(of: Self.lineEnd, options: .backwards)?.upperBound,
            let key = first(after: "schemeAgencyID=\"SEBL_01\">"),
            let messageID = first(after: "<corecom:EBMID>"),
            let revision = first(after: "<corecom:Number>"),
            let billingStart = first(
                after: "<corecom:Name>billingStart</corecom:Name>\n            <corecom:Value>"
            ),
            let groupStart = text.range(of: Self.groupStart)?.lowerBound,
            let groupEnd = text.range(of: Self.groupEnd)?.upperBound,
            let speed = first(after: "<corecom:Value>DSL_")
        else { return nil }
        var parts: [String] = []
        for line in text[start..<end].components(separatedBy: Self.lineEnd).dropLast() {
            // A bundle is followed by its lines.
            if line.contains("<corecom:TypeCode>BUNDLE</corecom:TypeCode>") || parts.isEmpty {
                parts.append("")
            }
            parts[parts.count - 1] += line + Self.lineEnd
        }
        guard parts.count > 1 else { return nil }
        head = String(text[..<start])
        tail = String(text[end...])
        billing = String(text[groupStart..<groupEnd])
        self.parts = parts
        self.key = key
        self.messageID = messageID
        self.revision = "<corecom:Number>\(revision)</corecom:Number>"
        self.billingStart = billingStart
        self.speed = "DSL_\(speed)"
    }

    var partCount: Int { parts.count }

    func body(
        key: OrderKey,
        messageID: MessageID,
        revision: Int,
        content: Content,
        billingStart: Timestamp
    ) -> [UInt8] {
        let top =
            head.replacingOccurrences(of: billing, with: content.isBilledAtOnce ? "" : billing)
            .replacingOccurrences(of: self.billingStart, with: billingStart.text)
            .replacingOccurrences(of: self.revision, with: "<corecom:Number>\(revision)</corecom:Number>")
            .replacingOccurrences(of: self.messageID, with: messageID.rawValue)
            .replacingOccurrences(of: self.key, with: key.rawValue)
        let lines = content.parts.map { parts[$0] }.joined()
            .replacingOccurrences(of: speed, with: content.speed)
            // Lines without a speed change with it, too.
            .replacingOccurrences(of: Self.otherName, with: "\(Self.otherName) \(content.speed)")
        return Array((top + lines + tail).utf8)
    }
}
