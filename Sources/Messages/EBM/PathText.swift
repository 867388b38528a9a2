/// Looks at paths byte by byte: they are compared for every value of every message, and comparing characters costs
/// several times as much.
extension String {
    func hasByte(_ scalar: Unicode.Scalar) -> Bool {
        let byte = UInt8(ascii: scalar)
        return utf8.withContiguousStorageIfAvailable { $0.contains(byte) } ?? utf8.contains(byte)
    }

    /// Whether it begins with these bytes.
    func begins(with prefix: StaticString) -> Bool {
        let start = UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
        return utf8.withContiguousStorageIfAvailable { bytes in
            bytes.count >= start.count && bytes.prefix(start.count).elementsEqual(start)
        } ?? utf8.starts(with: start)
    }

    /// Whether it is that path followed by a scheme in brackets; by nothing behind it, when it must end there.
    func isPath(_ path: String, withScheme mustEnd: Bool) -> Bool {
        let count = path.utf8.count
        guard utf8.count > count, utf8.starts(with: path.utf8),
            utf8[utf8.index(startIndex, offsetBy: count)] == UInt8(ascii: "[")
        else { return false }
        return !mustEnd || utf8.last == UInt8(ascii: "]")
    }

    /// Whether it is the path of that group, of a repetition of it, or of something inside.
    func isWithin(group: StaticString) -> Bool {
        guard begins(with: group) else { return false }
        let rest = utf8.dropFirst(group.utf8CodeUnitCount)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "#")
    }
}
