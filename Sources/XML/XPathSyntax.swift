/// What is checked in an expression before it is compiled: its size, and what would otherwise only fail on a
/// document.
struct XPathSyntax {
    /// Longer expressions are refused: each step of a path is a level of recursion in the evaluation.
    static let expressionBytesMax = 2_000
    /// Parentheses and brackets inside one another.
    static let nestingMax = 50

    private static let functions: Set<String> = [
        "last", "position", "count", "id", "local-name", "namespace-uri", "name", "string", "concat",
        "starts-with",
        "contains", "substring-before", "substring-after", "substring", "string-length", "normalize-space",
        "translate",
        "boolean", "not", "true", "false", "lang", "number", "sum", "floor", "ceiling", "round",
    ]
    /// Names that may stand before a parenthesis without being functions.
    private static let otherNames: Set<String> = [
        "node", "text", "comment", "processing-instruction", "and", "or", "div", "mod",
    ]

    private let bytes: [UInt8]
    private let prefixes: Set<String>
    private var index = 0
    private var open: [(byte: UInt8, index: Int)] = []

    private init(_ expression: String, prefixes: Set<String>) {
        bytes = Array(expression.utf8)
        self.prefixes = prefixes
    }

    /// Throws when the expression is too large, unbalanced, or uses a prefix, function or variable that does
    /// not exist.
    static func check(_ expression: String, prefixes: Set<String>) throws(XMLError) {
        var syntax = XPathSyntax(expression, prefixes: prefixes)
        try syntax.run()
    }

    private mutating func run() throws(XMLError) {
        guard bytes.count <= Self.expressionBytesMax else {
            throw failure("the expression is longer than \(Self.expressionBytesMax) bytes", at: 0)
        }
        guard bytes.contains(where: { !$0.isXMLWhiteSpace }) else {
            throw failure("the expression is empty", at: 0)
        }
        while index < bytes.count {
            try step()
        }
        if let unclosed = open.last {
            throw failure("a parenthesis or bracket that is not closed", at: unclosed.index)
        }
    }

    private mutating func step() throws(XMLError) {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            guard let end = bytes[(index + 1)...].firstIndex(of: byte) else {
                throw failure("a string that is not closed", at: index)
            }
            index = end + 1
        case UInt8(ascii: "("), UInt8(ascii: "["):
            open.append((byte, index))
            guard open.count <= Self.nestingMax else {
                throw failure("more than \(Self.nestingMax) nested parentheses and brackets", at: index)
            }
            index += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"):
            let expected = byte == UInt8(ascii: ")") ? UInt8(ascii: "(") : UInt8(ascii: "[")
            guard open.popLast()?.byte == expected else {
                throw failure("a parenthesis or bracket that was not opened", at: index)
            }
            index += 1
        case UInt8(ascii: "$"):
            throw failure("a variable, and there are none", at: index)
        case 0:
            throw failure("a NUL character", at: index)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
            // A number; letters right after it would be a fault that the compiler finds.
            index += 1
        case _ where Self.isNameByte(byte) && byte != UInt8(ascii: "-"):
            try checkName()
        default:
            index += 1
        }
    }

    private mutating func checkName() throws(XMLError) {
        let start = index
        let name = takeName()
        var isPrefixed = false
        if peek(0) == UInt8(ascii: ":"), peek(1) != UInt8(ascii: ":") {
            guard name == "xml" || prefixes.contains(name) else {
                throw failure("a namespace prefix that is not declared", at: start)
            }
            isPrefixed = true
            index += 1
            _ = takeName()
        }
        var next = index
        while next < bytes.count, bytes[next].isXMLWhiteSpace { next += 1 }
        guard next < bytes.count, bytes[next] == UInt8(ascii: "(") else { return }
        guard !isPrefixed, Self.functions.contains(name) || Self.otherNames.contains(name) else {
            throw failure("a function that XPath 1.0 does not have", at: start)
        }
    }

    private mutating func takeName() -> String {
        let start = index
        while index < bytes.count, Self.isNameByte(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private func peek(_ distance: Int) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    /// Letters, digits, `_`, `-`, `.` and everything beyond ASCII; the compiler judges the rest.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            0x80...0xFF:
            true
        default: false
        }
    }

    private func failure(_ message: String, at index: Int) -> XMLError {
        let column =
            String(decoding: bytes[..<min(index, bytes.count)], as: UTF8.self).unicodeScalars.count + 1
        return XMLError(
            .expressionSyntax,
            message,
            remedy: "Correct the expression.",
            line: 1,
            column: column
        )
    }
}
