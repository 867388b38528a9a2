internal import Orders

/// The media type of a body.
enum ContentType {
    /// Longer ones are cut in texts.
    static let shownBytesMax = 100

    /// Whether a content type promises XML; parameters such as the character set do not matter.
    static func isXML(_ text: String) -> Bool {
        // Nearly all are written so.
        if text == "application/xml" || text == "text/xml" { return true }
        let type =
            text.split(separator: ";", maxSplits: 1).first.map { String($0).trimmedXMLSpace.lowercased() }
            ?? ""
        return type.isEmpty || type == "application/xml" || type == "text/xml"
            || type == "application/soap+xml"
            || (type.hasPrefix("application/") && type.hasSuffix("+xml"))
    }
}

/// A message id for senders that give none: the same bytes get the same id, so that a redelivery is known as one.
enum ContentIdentification {
    /// FNV-1a with 128 bits.
    static func text(of body: [UInt8]) -> String {
        var high: UInt64 = 0x6c62_272e_07bb_0142
        var low: UInt64 = 0x62b8_2175_6295_c58d
        for byte in body {
            low ^= UInt64(byte)
            // Times 2^88 + 0x13B.
            let (carry, product) = low.multipliedFullWidth(by: 0x13B)
            high = high &* 0x13B &+ carry &+ (low << 24)
            low = product
        }
        return "content-" + [high, low].map { hexadecimal($0) }.joined()
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
