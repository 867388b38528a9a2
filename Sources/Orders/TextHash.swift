/// A hash of texts for tables in memory, at a fraction of what the standard library's costs: names are looked up more
/// than a hundred times a hop.
///
/// It begins with a number that every process draws for itself, so that nobody can send names that fall together.
/// Never stored.
package enum TextHash {
    @usableFromInline
    static let secret: UInt64 = {
        var hasher = Hasher()
        hasher.combine("TextHash")
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }()

    /// Equal for texts that are equal, as all hashes are.
    @inlinable
    package static func of(_ text: String, seed: Int) -> Int {
        let start = secret ^ UInt64(bitPattern: Int64(seed))
        let hash = text.utf8.withContiguousStorageIfAvailable { bytes in
            plain(UnsafeRawBufferPointer(bytes), start)
        }
        return Int(truncatingIfNeeded: (hash ?? nil) ?? composed(text, start))
    }

    /// Two texts are equal when their letters are, however those are composed.
    @usableFromInline
    static func composed(_ text: String, _ start: UInt64) -> UInt64 {
        var twin = String(String.UnicodeScalarView(text.unicodeScalars.map { asciiTwins[$0] ?? $0 }))
        let hash = twin.withUTF8 { plain(UnsafeRawBufferPointer($0), start) }
        return hash ?? folded(start ^ UInt64(bitPattern: Int64(text.hashValue)))
    }

    /// The only letters beyond ASCII that Unicode takes for the same as letters of ASCII.
    private static let asciiTwins: [Unicode.Scalar: Unicode.Scalar] = [
        "\u{37E}": ";", "\u{1FEF}": "`", "\u{212A}": "K",
    ]

    /// `nil` for a text that is not all ASCII, of which other bytes may be the same text.
    @inlinable
    static func plain(_ bytes: UnsafeRawBufferPointer, _ start: UInt64) -> UInt64? {
        let (hash, all) = mixed(bytes, start)
        return all & 0x8080_8080_8080_8080 == 0 ? hash : nil
    }

    /// With all bytes laid over one another.
    @inlinable
    static func mixed(_ bytes: UnsafeRawBufferPointer, _ start: UInt64) -> (hash: UInt64, all: UInt64) {
        let count = bytes.count
        var hash = start
        var all: UInt64 = 0
        var position = 0
        while position + 8 <= count {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            hash = folded(hash ^ word)
            all |= word
            position += 8
        }
        var last: UInt64 = 0
        while position < count {
            last = last << 8 | UInt64(bytes[position])
            position += 1
        }
        // The length stands before the last bytes, of which there are fewer than eight.
        let length = UInt64(truncatingIfNeeded: count) << UInt64(8 * (count & 7))
        return (folded(hash ^ (last | length)), all | last)
    }

    /// Every bit of the result depends on every bit of the word.
    @inlinable
    static func folded(_ word: UInt64) -> UInt64 {
        let product = (word ^ 0x2d35_8dcc_aa6c_78a5).multipliedFullWidth(by: 0x8bb8_4b93_962e_acc9)
        return product.high ^ product.low
    }
}
