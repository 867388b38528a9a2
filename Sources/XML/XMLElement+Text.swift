internal import CXML

extension XMLElement {
    /// The element's own text (not that of elements inside), without white space at both ends.
    package var text: String {
        if unsafe node.pointee.first_child == 0 {
            return unsafe String(decoding: Self.trimmed(document.bytes(node.pointee.text)), as: UTF8.self)
        }
        return mixedText
    }

    /// The element's own text, or `nil` when there is none: an empty element means an absent value.
    package var textIfNotEmpty: String? {
        let text = text
        return text.isEmpty ? nil : text
    }

    /// The text of the first child of that name, or `nil` when the child is missing or empty.
    package func value(_ name: XMLName) -> String? {
        first(name)?.textIfNotEmpty
    }

    /// Whether the element's own text is exactly this one, found out without making a string.
    package func hasText(_ expected: StaticString) -> Bool {
        guard unsafe node.pointee.first_child == 0 else { return mixedText == expected.description }
        let bytes = unsafe Self.trimmed(document.bytes(node.pointee.text))
        return expected.withUTF8Buffer { unsafe bytes.elementsEqual($0) }
    }

    /// The text before the first element inside, white space and all.
    var rawText: String { document.string(unsafe node.pointee.text) }

    /// The text between the end of this element and the next tag, white space and all.
    var rawTail: String { document.string(unsafe node.pointee.tail) }

    /// Text before, between and after the elements inside.
    private var mixedText: String {
        children.reduce(into: rawText) { text, child in text += child.rawTail }.trimmedOfXMLWhiteSpace
    }

    /// Without XML white space at both ends.
    static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var start = 0
        var end = bytes.count
        while unsafe start < end && bytes[start].isXMLWhiteSpace { start += 1 }
        while unsafe start < end && bytes[end - 1].isXMLWhiteSpace { end -= 1 }
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}

extension UInt8 {
    /// Space, tab, line feed or carriage return, and no other.
    var isXMLWhiteSpace: Bool { self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D }
}

extension String {
    /// Without what XML calls white space at both ends; other kinds of space are content.
    package var trimmedOfXMLWhiteSpace: String {
        guard let start = utf8.firstIndex(where: { !$0.isXMLWhiteSpace }),
            let last = utf8.lastIndex(where: { !$0.isXMLWhiteSpace })
        else { return "" }
        return String(self[start...last])
    }
}
