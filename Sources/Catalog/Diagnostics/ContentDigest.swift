/// A short name for the content of a file: FNV-1a of 64 bits in 16 hexadecimal digits.
///
/// It tells versions of one catalog apart; it is no protection against somebody who wants two files to be equal.
enum ContentDigest {
    static func text(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
