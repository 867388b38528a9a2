/// Looks at paths byte by byte: they are compared for every value of every message, and comparing characters costs
/// several times as much.
extension String {
    func hasByte(_ scalar: Unicode.Scalar) -> Bool {
        let byte = UInt8(ascii: scalar)
        return utf8.withContiguousStorageIfAvailable { $0.contains(byte) } ?? utf8.contains(byte)
    }

    /// Where that byte stands first.
    func firstByte(_ scalar: Unicode.Scalar) -> Int? {
        let byte = UInt8(ascii: scalar)
        return utf8.withContiguousStorageIfAvailable { $0.firstIndex(of: byte) }
            ?? utf8.firstIndex(of: byte).map { utf8.distance(from: utf8.startIndex, to: $0) }
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
        // The bracket first: it tells nearly all others apart without a look at their beginning.
        guard utf8.count > count, utf8[utf8.index(startIndex, offsetBy: count)] == UInt8(ascii: "["),
            utf8.starts(with: path.utf8)
        else { return false }
        return !mustEnd || utf8.last == UInt8(ascii: "]")
    }

    /// The path of an attribute, `path/@name`.
    init(path: String, attribute name: String) {
        self.init()
        reserveCapacity(path.utf8.count + name.utf8.count + 2)
        append(path)
        append("/@")
        append(name)
    }

    /// The path of a value with a scheme, `path[scheme]`, put together without growing on the way.
    init(path: String, scheme: String) {
        self.init()
        reserveCapacity(path.utf8.count + scheme.utf8.count + 2)
        append(path)
        append("[")
        append(scheme)
        append("]")
    }

    /// Whether it is the path of that group, of a repetition of it, or of something inside.
    func isWithin(group: StaticString) -> Bool {
        guard begins(with: group) else { return false }
        let rest = utf8.dropFirst(group.utf8CodeUnitCount)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "#")
    }
}
