/// Why a document, an expression or a fragment was refused, where, and what to do.
///
/// Its description never holds anything of the document.
package struct XMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure; codes are published names and are never reused for something else.
    package struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }

        /// Not well-formed XML, or not XML at all.
        package static let notXML = Code(rawValue: "NOT_XML")
        /// Nothing but white space.
        package static let empty = Code(rawValue: "XML_EMPTY")
        /// The document ends too early.
        package static let cutOff = Code(rawValue: "XML_CUT_OFF")
        /// A document type declaration, with or without entities.
        package static let dtdRefused = Code(rawValue: "XML_DTD_REFUSED")
        /// More bytes than allowed.
        package static let tooLarge = Code(rawValue: "XML_TOO_LARGE")
        /// Elements nested deeper than allowed.
        package static let tooDeep = Code(rawValue: "XML_TOO_DEEP")
        /// More elements than allowed.
        package static let tooManyElements = Code(rawValue: "XML_TOO_MANY_ELEMENTS")
        /// More attributes in one element than allowed.
        package static let tooManyAttributes = Code(rawValue: "XML_TOO_MANY_ATTRIBUTES")
        /// More namespace declarations in force at once than allowed.
        package static let tooManyNamespaces = Code(rawValue: "XML_TOO_MANY_NAMESPACES")
        /// A name or namespace longer than allowed.
        package static let nameTooLong = Code(rawValue: "XML_NAME_TOO_LONG")
        /// Bytes that contradict the declared encoding, or an encoding that is not read.
        package static let encoding = Code(rawValue: "XML_ENCODING")
        /// Memory is out.
        package static let outOfMemory = Code(rawValue: "XML_OUT_OF_MEMORY")
        /// An expression that is not XPath 1.0.
        package static let expressionSyntax = Code(rawValue: "XPATH_SYNTAX")
        /// An expression that takes too many operations on this document.
        package static let expressionLimit = Code(rawValue: "XPATH_LIMIT")
        /// An expression that cannot be evaluated.
        package static let expressionEvaluation = Code(rawValue: "XPATH_EVALUATION")
    }

    package var code: Code
    /// What happened, in a few words.
    package var message: String
    /// What the reader can do about it.
    package var remedy: String
    /// The line in the document (or 1 in an expression), from 1, where it is known.
    package var line: Int?
    /// The column in characters, from 1, where it is known.
    package var column: Int?

    package init(_ code: Code, _ message: String, remedy: String, line: Int? = nil, column: Int? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.line = line
        self.column = column
    }

    package var description: String {
        guard let line, let column else { return "\(code): \(message). \(remedy)" }
        return "\(code): \(message) (line \(line), column \(column)). \(remedy)"
    }
}
