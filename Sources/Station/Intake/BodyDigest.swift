/// A 64-bit digest that tells a repeated body from another one under the same message id.
///
/// FNV-1a over eight bytes at a time; it guards against mistakes of senders, not against forgers.
package enum BodyDigest {
    /// The digest of a body; of an oversized one, of its beginning and of the length it was announced with.
    package static func of(_ bytes: [UInt8], announced: UInt64? = nil) -> Int64 {
        let prime: UInt64 = 0x100_0000_01b3
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ (announced ?? UInt64(bytes.count))
        bytes.withUnsafeBytes { buffer in
            var position = 0
            while position + 8 <= buffer.count {
                hash = (hash ^ buffer.loadUnaligned(fromByteOffset: position, as: UInt64.self)) &* prime
                hash ^= hash >> 29
                position += 8
            }
            while position < buffer.count {
                hash = (hash ^ UInt64(buffer[position])) &* prime
                position += 1
            }
        }
        return Int64(bitPattern: hash ^ (hash >> 32))
    }

    /// The digest as text, for ids of messages that have none.
    package static func text(_ digest: Int64) -> String {
        let digits = String(UInt64(bitPattern: digest), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// What a message without an id is called.
    static func name(of body: [UInt8]) -> String { name(of(body)) }

    /// What a message without an id is called, by its digest.
    static func name(_ digest: Int64) -> String { "digest-\(text(digest))" }
}
