internal import XML

/// Gets at the header of a document that could not be read as a whole, as when it was cut off or is too deep.
///
/// The bytes up to the header's end are taken, and the elements that are open there are closed.
enum HeaderRecovery {
    /// A header further down is not looked for.
    private static let headerBytesMax = 64 * 1024
    private static let openElementsMax = 16

    static func header(in body: [UInt8], limits: XMLLimits) -> EBMHeader? {
        let bytes = body.prefix(headerBytesMax)
        guard let end = endOfHeader(bytes), let open = openElements(bytes[..<end]) else { return nil }
        var document = Array(bytes[..<end])
        for name in open.reversed() {
            document.append(contentsOf: Array("</".utf8) + name + Array(">".utf8))
        }
        // Nothing is lost when this fails, too: the failure itself is reported by whoever asked.
        guard let parsed = try? XMLDocument(parsing: document, limits: limits) else { return nil }
        var element = parsed.root
        while let content = Envelope.content(of: element) { element = content }
        return element.first(HeaderName.header).map { EBMHeader(reading: $0) }
    }

    /// The place after `</corecom:EBMHeader>`.
    private static func endOfHeader(_ bytes: ArraySlice<UInt8>) -> Int? {
        let name = Array("EBMHeader>".utf8)
        var start = bytes.startIndex
        while let slash = bytes[start...].firstIndex(of: UInt8(ascii: "/")) {
            start = slash + 1
            guard slash > bytes.startIndex, bytes[slash - 1] == UInt8(ascii: "<"),
                let close = bytes[start...].prefix(64).firstIndex(of: UInt8(ascii: ">"))
            else { continue }
            if bytes[start...close].suffix(name.count).elementsEqual(name) { return close + 1 }
        }
        return nil
    }

    /// The names of the elements that are open at the end; `nil` when the tags make no sense.
    private static func openElements(_ bytes: ArraySlice<UInt8>) -> [[UInt8]]? {
        var open: [[UInt8]] = []
        var start = bytes.startIndex
        while let tag = bytes[start...].firstIndex(of: UInt8(ascii: "<")) {
            guard let close = bytes[tag...].firstIndex(of: UInt8(ascii: ">")), close > tag + 1 else {
                return nil
            }
            start = close + 1
            switch bytes[tag + 1] {
            case UInt8(ascii: "?"), UInt8(ascii: "!"): continue
            case UInt8(ascii: "/"):
                if open.popLast() == nil { return nil }
            default:
                if bytes[close - 1] == UInt8(ascii: "/") { continue }
                let name = bytes[(tag + 1)..<close].prefix { $0 > 32 }
                open.append(Array(name))
                guard open.count <= openElementsMax else { return nil }
            }
        }
        return open
    }
}
