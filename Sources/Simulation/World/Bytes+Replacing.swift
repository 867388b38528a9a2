internal import Glibc

extension [UInt8] {
    /// With every occurrence of some bytes replaced; messages are put together from examples by the thousand.
    func replacing(_ old: [UInt8], with new: [UInt8]) -> [UInt8] {
        guard !old.isEmpty, old.count <= count else { return self }
        var result: [UInt8] = []
        result.reserveCapacity(count + 64)
        withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            var copied = 0
            var at = 0
            while at + old.count <= bytes.count,
                let found = memchr(start + at, Int32(old[0]), bytes.count - old.count - at + 1)
            {
                at = UnsafeRawPointer(found) - UnsafeRawPointer(start)
                guard memcmp(found, old, old.count) == 0 else {
                    at += 1
                    continue
                }
                result += bytes[copied..<at]
                result += new
                at += old.count
                copied = at
            }
            result += bytes[copied...]
        }
        return result
    }
}
