/// Writes a document by appending bytes.
///
/// Names given as `StaticString` are written as they stand, prefix included; names and values that come from
/// data are escaped or corrected, so that what comes out is always well-formed as long as every `open` has
/// its `close`.
package struct XMLWriter: Sendable {
    /// What is known of an element that is not closed yet.
    private struct Level {
        /// Where its name stands in `bytes`, to be copied into the end tag.
        var nameStart: Int
        var nameCount: Int
        /// What the element around it holds so far.
        var content: Content
    }

    /// What an element holds so far; it decides where line breaks may go.
    private struct Content {
        var hasElements = false
        var hasText = false
    }

    /// What has been written so far; the last start tag may still be open for attributes.
    private var bytes: ByteBuffer
    private var levels: [Level] = []
    private var content = Content()
    private var isTagOpen = false
    private let indentation: Int?

    /// A writer with room for a usual message; `indentation` is the number of spaces a level, `nil` for none.
    package init(reservingBytes capacityBytes: Int = 8192, indentation: Int? = nil) {
        self.indentation = indentation
        bytes = ByteBuffer(capacityBytes: capacityBytes)
        levels.reserveCapacity(16)
    }

    /// Hands over the whole document, of which every element must be closed.
    package mutating func finish() -> [UInt8] {
        assert(levels.isEmpty, "an element is not closed")
        if indentation != nil { bytes.append(UInt8(ascii: "\n")) }
        return bytes.take()
    }

    /// The XML declaration, in UTF-8; nothing may have been written before.
    package mutating func declaration() {
        assert(bytes.count == 0, "the XML declaration comes first")
        bytes.append(#"<?xml version="1.0" encoding="UTF-8"?>"#)
        if indentation == nil { bytes.append(UInt8(ascii: "\n")) }
    }

    /// Begins an element.
    package mutating func open(_ name: StaticString) {
        beginTag()
        bytes.append(name)
        endName(count: name.utf8CodeUnitCount)
    }

    /// Begins an element whose name comes from data; what no name may hold becomes an underscore.
    package mutating func open(named name: String) {
        beginTag()
        let start = bytes.count
        appendName(name)
        endName(count: bytes.count - start)
    }

    /// Begins an element whose name is known to be well-formed, prefix included.
    package mutating func open(wellFormed name: String) {
        beginTag()
        let start = bytes.count
        bytes.append(name)
        endName(count: bytes.count - start)
    }

    /// Declares a namespace on the element just begun; an empty prefix is the default namespace.
    package mutating func namespace(_ prefix: StaticString, _ uri: StaticString) {
        assert(isTagOpen, "a namespace declaration belongs to the element just begun")
        bytes.append(prefix.utf8CodeUnitCount == 0 ? " xmlns" : " xmlns:")
        bytes.append(prefix)
        bytes.append("=\"")
        uri.withUTF8Buffer { unsafe XMLEscaping.append($0, to: &bytes, inAttribute: true) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Declares a namespace that comes from data on the element just begun.
    package mutating func namespace(prefix: String, uri: String) {
        assert(isTagOpen, "a namespace declaration belongs to the element just begun")
        bytes.append(prefix.isEmpty ? " xmlns" : " xmlns:")
        if !prefix.isEmpty { appendName(prefix) }
        appendValue(uri)
    }

    /// Adds an attribute to the element just begun.
    package mutating func attribute(_ name: StaticString, _ value: String) {
        assert(isTagOpen, "an attribute belongs to the element just begun")
        let name = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        var value = value
        value.withUTF8 { unsafe bytes.appendAttribute(name: name, value: $0) }
    }

    /// Adds an attribute whose name comes from data; what no name may hold becomes an underscore.
    package mutating func attribute(named name: String, _ value: String) {
        assert(isTagOpen, "an attribute belongs to the element just begun")
        bytes.append(UInt8(ascii: " "))
        appendName(name)
        appendValue(value)
    }

    /// Adds text to the element; characters that XML has no room for become U+FFFD.
    package mutating func text(_ value: String) {
        var value = value
        value.withUTF8 { unsafe text($0) }
    }

    /// Ends the element begun last.
    package mutating func close() {
        guard let level = levels.popLast() else {
            assertionFailure("there is no element to close")
            return
        }
        if isTagOpen {
            bytes.append("/>")
            isTagOpen = false
            content = level.content
            return
        }
        if content.hasElements && !content.hasText { indent() }
        content = level.content
        bytes.append("</")
        bytes.appendCopy(from: level.nameStart, count: level.nameCount)
        bytes.append(UInt8(ascii: ">"))
    }

    /// Adds a fragment as it stands; it must be well-formed, as `XMLElement.serialized` makes it.
    package mutating func raw(_ fragment: String) {
        beginContent()
        bytes.append(fragment)
    }

    /// Adds a fragment as it stands; it must be well-formed, as ``fragment(from:)`` gives it.
    package mutating func raw(_ fragment: [UInt8]) {
        beginContent()
        unsafe fragment.withUnsafeBufferPointer { unsafe bytes.append($0) }
    }

    /// Adds a part of such fragments; together they must be well-formed.
    package mutating func raw(_ fragment: ArraySlice<UInt8>) {
        beginContent()
        unsafe fragment.withUnsafeBufferPointer { unsafe bytes.append($0) }
    }

    /// Where the next element begins that is written without indentation.
    package mutating func beginFragment() -> Int {
        endTag()
        return bytes.count
    }

    /// The elements that were written since, all of which must be closed.
    package func fragment(from start: Int) -> [UInt8] {
        assert(!isTagOpen, "an element is not closed")
        return bytes.bytes(from: start)
    }
}

extension XMLWriter {
    /// Adds an element that holds text only.
    package mutating func element(_ name: StaticString, _ value: String) {
        beginContent()
        var value = value
        value.withUTF8 { value in
            let name = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            unsafe bytes.appendElement(name: name, value: value)
        }
    }

    /// Adds an element that holds text only, of a name that is known to be well-formed, prefix included.
    package mutating func element(wellFormed name: String, _ value: String) {
        beginContent()
        var value = value
        var name = name
        value.withUTF8 { value in
            name.withUTF8 { name in unsafe bytes.appendElement(name: name, value: value) }
        }
    }

    /// Adds an element that holds text only, or nothing when there is no value.
    package mutating func element(_ name: StaticString, ifPresent value: String?) {
        if let value { element(name, value) }
    }

    /// Adds an element; the closure writes its attributes and content.
    package mutating func element<Failure>(
        _ name: StaticString,
        content: (inout XMLWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(name)
        try content(&self)
        close()
    }
}

extension XMLWriter {
    /// Adds text that is UTF-8 already.
    mutating func text(_ value: UnsafeBufferPointer<UInt8>) {
        assert(!levels.isEmpty, "text belongs inside an element")
        guard !value.isEmpty else { return }
        endTag()
        content.hasText = true
        unsafe XMLEscaping.append(value, to: &bytes, inAttribute: false)
    }

    /// Makes ready for an element inside the current one.
    private mutating func beginContent() {
        endTag()
        if indentation != nil && !content.hasText && !(levels.isEmpty && bytes.count == 0) { indent() }
        content.hasElements = true
    }

    private mutating func beginTag() {
        beginContent()
        bytes.append(UInt8(ascii: "<"))
    }

    private mutating func endName(count: Int) {
        levels.append(Level(nameStart: bytes.count - count, nameCount: count, content: content))
        content = Content()
        isTagOpen = true
    }

    private mutating func endTag() {
        guard isTagOpen else { return }
        bytes.append(UInt8(ascii: ">"))
        isTagOpen = false
    }

    private mutating func indent() {
        guard let indentation else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<indentation * levels.count { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func appendValue(_ value: String) {
        bytes.append("=\"")
        var value = value
        value.withUTF8 { unsafe XMLEscaping.append($0, to: &bytes, inAttribute: true) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendName(_ name: String) {
        XMLEscaping.append(name: name, to: &bytes)
    }
}
