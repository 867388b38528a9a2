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

    private let head: [UInt8]
    /// Bundles with the lines in them.
    private let parts: [[UInt8]]
    private let tail: [UInt8]
    private let key: [UInt8]
    private let messageID: [UInt8]
    private let revision: [UInt8]
    private let billingStart: [UInt8]
    private let billing: [UInt8]
    private let speed: [UInt8]

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
        head = Array(text[..<start].utf8)
        tail = Array(text[end...].utf8)
        billing = Array(text[groupStart..<groupEnd].utf8)
        self.parts = parts.map { Array($0.utf8) }
        self.key = Array(key.utf8)
        self.messageID = Array(messageID.utf8)
        self.revision = Array("<corecom:Number>\(revision)</corecom:Number>".utf8)
        self.billingStart = Array(billingStart.utf8)
        self.speed = Array("DSL_\(speed)".utf8)
    }

    var partCount: Int { parts.count }

    func body(
        key: OrderKey,
        messageID: MessageID,
        revision: Int,
        content: Content,
        billingStart: Timestamp
    ) -> [UInt8] {
        let top = (content.isBilledAtOnce ? head.replacing(billing, with: []) : head)
            .replacing(self.billingStart, with: Array(billingStart.text.utf8))
            .replacing(self.revision, with: Array("<corecom:Number>\(revision)</corecom:Number>".utf8))
            .replacing(self.messageID, with: Array(messageID.rawValue.utf8))
            .replacing(self.key, with: Array(key.rawValue.utf8))
        let lines = content.parts.flatMap { parts[$0] }
            .replacing(speed, with: Array(content.speed.utf8))
            // Lines without a speed change with it, too.
            .replacing(Array(Self.otherName.utf8), with: Array("\(Self.otherName) \(content.speed)".utf8))
        return top + lines + tail
    }
}
