internal import CXML

extension XMLError {
    /// Translates what the C side reports.
    init(_ cause: cxml_error) {
        let (code, remedy) = unsafe Self.codeAndRemedy(for: cause.code)
        let message = unsafe cause.message.map { unsafe String(cString: $0) } ?? "unknown failure"
        self.init(
            code,
            message,
            remedy: remedy,
            line: unsafe cause.line == 0 ? nil : Int(cause.line),
            column: unsafe cause.column == 0 ? nil : Int(cause.column)
        )
    }

    private static func codeAndRemedy(for code: cxml_code) -> (Code, String) {
        let sender = "The sender must correct the document"
        let limit = "Raise the limit if such documents are to be expected"
        return switch code {
        case .ok, .not_xml: (.notXML, "\(sender).")
        case .empty: (.empty, "The sender must send a document.")
        case .cut_off: (.cutOff, "Ask the sender for the whole document.")
        case .dtd_refused: (.dtdRefused, "The sender must leave out the DOCTYPE.")
        case .too_large: (.tooLarge, "\(limit) (documentBytesMax).")
        case .too_deep: (.tooDeep, "\(limit) (depthMax).")
        case .too_many_elements: (.tooManyElements, "\(limit) (elementsMax).")
        case .too_many_attributes: (.tooManyAttributes, "\(limit) (attributesPerElementMax).")
        case .too_many_namespaces: (.tooManyNamespaces, "\(limit) (namespacesInScopeMax).")
        case .name_too_long: (.nameTooLong, "\(limit) (nameBytesMax).")
        case .encoding: (.encoding, "The sender must encode the document as it declares, best in UTF-8.")
        case .no_memory: (.outOfMemory, "Give the process more memory or lower the limits.")
        case .xpath_syntax: (.expressionSyntax, "Correct the expression.")
        case .xpath_limit: (.expressionLimit, "Write a more precise path, without // where possible.")
        case .xpath_evaluation: (.expressionEvaluation, "Correct the expression.")
        }
    }
}
