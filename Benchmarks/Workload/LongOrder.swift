package import Foundation

/// Makes orders of many lines out of an example of few.
package enum LongOrder {
    /// What is repeated.
    package enum Shape: String, Codable, Sendable {
        /// One bundle with many lines in it: as many components as the example has.
        case oneBundle
        /// Many bundles: components grow with the lines.
        case manyBundles
    }

    private static let lineStart = "<sordebo:SalesOrderLine>"
    private static let lineEnd = "</sordebo:SalesOrderLine>"
    private static let identification = "schemeID=\"SALESORDER_LINEID\" schemeAgencyID=\"SEBL_01\">"

    /// Writes the order in `example`, whose first line is a bundle around the others, with its lines repeated under
    /// identifications of their own, up to about `lines`.
    package static func write(_ example: URL, lines: Int, shape: Shape, to file: URL) throws {
        let text = try String(contentsOf: example, encoding: .utf8)
        guard let start = text.range(of: lineStart), let end = text.range(of: lineEnd, options: .backwards),
            let bundleEnd = text.range(of: lineEnd)
        else { throw WorkloadProblem("\(example.lastPathComponent) has no lines") }
        let bundle = String(text[start.lowerBound..<bundleEnd.upperBound])
        let others = String(text[bundleEnd.upperBound..<end.upperBound])
        let count = others.components(separatedBy: lineEnd).count - 1
        var result = String(text[..<start.lowerBound])
        switch shape {
        case .oneBundle:
            result += bundle
            for copy in 0..<max(1, (lines - 1) / count) {
                result += try moved(others, by: copy * count) { $0 != 1 }
            }
        case .manyBundles:
            for copy in 0..<max(1, lines / (count + 1)) {
                result += try moved(bundle + others, by: copy * (count + 1)) { _ in true }
            }
        }
        result += text[end.upperBound...]
        try result.write(to: file, atomically: true, encoding: .utf8)
    }

    /// The lines with higher numbers; those that are not `included` stay.
    private static func moved(_ block: String, by more: Int, included: (Int) -> Bool) throws -> String {
        let parts = block.components(separatedBy: identification)
        var result = parts[0]
        for part in parts.dropFirst() {
            guard let close = part.firstIndex(of: "<"), let line = Int(part[..<close]) else {
                throw WorkloadProblem("a line of the example is not numbered")
            }
            result += "\(identification)\(included(line) ? line + more : line)\(part[close...])"
        }
        return result
    }
}
