/// Texts read lately, so that names that come again and again are one text in memory.
///
/// A text that is short enough to need no memory of its own is not kept.
final class TextPool {
    private static let textsMax = 64
    private static let bytesMin = 16
    private static let bytesMax = 64
    /// Each at the place that its bytes choose.
    private var texts = [String](repeating: "", count: textsMax)

    /// The text with these bytes, if need be a new one.
    func text(
        _ bytes: UnsafeBufferPointer<UInt8>,
        otherwise make: (UnsafeBufferPointer<UInt8>) -> String
    ) -> String {
        guard let start = bytes.baseAddress, bytes.count >= Self.bytesMin, bytes.count <= Self.bytesMax
        else { return make(bytes) }
        let place = Self.place(of: start, count: bytes.count)
        let isKnown = texts[place].utf8.withContiguousStorageIfAvailable { known in
            guard known.count == bytes.count, let known = known.baseAddress else { return false }
            return TextScan.areEqual(known, start, count: bytes.count)
        }
        if isKnown == true { return texts[place] }
        let text = make(bytes)
        texts[place] = text
        return text
    }

    /// Names often differ at their ends only.
    private static func place(of start: UnsafePointer<UInt8>, count: Int) -> Int {
        let start = UnsafeRawPointer(start)
        let head = start.loadUnaligned(as: UInt64.self)
        let tail = start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        let mixed = (head &* 31 &+ tail &+ UInt64(count)) &* 0x9E37_79B9_7F4A_7C15
        return Int(mixed >> 58)
    }
}
