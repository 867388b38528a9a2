package import Foundation

/// Makes orders of many lines out of an example of few.
package enum LongOrder {
    private static let lineStart = "<sordebo:SalesOrderLine>"
    private static let lineEnd = "</sordebo:SalesOrderLine>"
    private static let identification = "schemeID=\"SALESORDER_LINEID\" schemeAgencyID=\"SEBL_01\">"

    /// Writes the order in `example` with its lines repeated, under identifications of their own, up to about `lines`.
    package static func write(_ example: URL, lines: Int, to file: URL) throws {
        let text = try String(contentsOf: example, encoding: .utf8)
        guard let start = text.range(of: lineStart), let end = text.range(of: lineEnd, options: .backwards)
        else {
            throw WorkloadProblem("\(example.lastPathComponent) has no lines")
        }
        let block = String(text[start.lowerBound..<end.upperBound])
        let count = block.components(separatedBy: lineEnd).count - 1
        let parts = block.components(separatedBy: identification)
        var result = String(text[..<start.lowerBound])
        for copy in 0..<max(1, lines / count) {
            result += parts[0]
            for part in parts.dropFirst() {
                guard let close = part.firstIndex(of: "<"), let line = Int(part[..<close]) else {
                    throw WorkloadProblem("\(example.lastPathComponent) has a line that is not numbered")
                }
                result += "\(identification)\(line + copy * count)\(part[close...])"
            }
        }
        result += text[end.upperBound...]
        try result.write(to: file, atomically: true, encoding: .utf8)
    }
}
