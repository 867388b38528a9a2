/// Bytes that grow at the end, with room made before it is written to.
///
/// The room is there beyond `count`, so that an append is a copy and nothing else; appending to an
/// array piece by piece costs several times as much.
struct ByteBuffer: Sendable {
    private var storage: [UInt8]
    private(set) var count = 0

    init(capacityBytes: Int) {
        let capacity = max(64, capacityBytes)
        // Not zeroed: nothing behind `count` is ever read.
        storage = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { $1 = capacity }
    }

    /// Hands the bytes over, without the room behind them, and is empty then.
    mutating func take() -> [UInt8] {
        // Out of here first: what somebody else holds, too, would be copied when it is cut off.
        var taken: [UInt8] = []
        swap(&taken, &storage)
        taken.removeLast(taken.count - count)
        count = 0
        return taken
    }

    /// A copy of what stands behind that place.
    func bytes(from start: Int) -> [UInt8] { Array(storage[start..<count]) }

    /// Lends room for `count` more bytes; the closure says how many it wrote.
    @inline(__always)
    mutating func append(upTo room: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        if storage.count - count < room { grow(by: room) }
        let start = count
        count += unsafe storage.withUnsafeMutableBufferPointer { buffer in
            let written = unsafe write(UnsafeMutableBufferPointer(rebasing: buffer[start..<start + room]))
            precondition(written <= room, "more was written than there was room for")
            return written
        }
    }

    mutating func append(_ byte: UInt8) {
        if storage.count == count { grow(by: 1) }
        storage[count] = byte
        count += 1
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        unsafe append(upTo: bytes.count) { unsafe Self.copy(bytes, to: $0, at: 0) }
    }

    mutating func append(_ text: StaticString) {
        unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ text: String) {
        if unsafe text.utf8.withContiguousStorageIfAvailable({ unsafe append($0) }) != nil { return }
        var text = text
        text.withUTF8 { unsafe append($0) }
    }

    /// Appends a copy of bytes that stand here already.
    mutating func appendCopy(from start: Int, count length: Int) {
        if storage.count - count < length { grow(by: length) }
        let end = count
        unsafe storage.withUnsafeMutableBufferPointer { buffer in
            let source = unsafe UnsafeBufferPointer(rebasing: buffer[start..<start + length])
            let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[end..<end + length])
            _ = unsafe room.update(fromContentsOf: source)
        }
        count += length
    }

    @inline(never)
    private mutating func grow(by room: Int) {
        let larger = storage.count + max(storage.count, room)
        let filled = count
        storage = unsafe storage.withUnsafeBufferPointer { old in
            unsafe [UInt8](unsafeUninitializedCapacity: larger) { buffer, initialized in
                if let target = buffer.baseAddress, let source = old.baseAddress {
                    unsafe target.initialize(from: source, count: filled)
                }
                initialized = larger
            }
        }
    }
}

extension ByteBuffer {
    /// Appends a whole element without attributes in one go: most elements of a message are of this kind.
    mutating func appendElement(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        guard !value.isEmpty, unsafe XMLEscaping.isPlain(value) else {
            append(UInt8(ascii: "<"))
            unsafe append(name)
            append(value.isEmpty ? "/>" : ">")
            if value.isEmpty { return }
            unsafe XMLEscaping.append(value, to: &self, inAttribute: false)
            append("</")
            unsafe append(name)
            append(UInt8(ascii: ">"))
            return
        }
        unsafe append(upTo: 2 * name.count + 5 + value.count) { room in
            unsafe room[0] = UInt8(ascii: "<")
            var end = unsafe 1 + Self.copy(name, to: room, at: 1)
            unsafe room[end] = UInt8(ascii: ">")
            end += unsafe 1 + Self.copy(value, to: room, at: end + 1)
            unsafe room[end] = UInt8(ascii: "<")
            unsafe room[end + 1] = UInt8(ascii: "/")
            end += unsafe 2 + Self.copy(name, to: room, at: end + 2)
            unsafe room[end] = UInt8(ascii: ">")
            return end + 1
        }
    }

    /// Appends an attribute, with the space before it.
    mutating func appendAttribute(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        guard unsafe XMLEscaping.isPlain(value) else {
            append(UInt8(ascii: " "))
            unsafe append(name)
            append("=\"")
            unsafe XMLEscaping.append(value, to: &self, inAttribute: true)
            append(UInt8(ascii: "\""))
            return
        }
        unsafe append(upTo: name.count + 4 + value.count) { room in
            unsafe room[0] = UInt8(ascii: " ")
            var end = unsafe 1 + Self.copy(name, to: room, at: 1)
            unsafe room[end] = UInt8(ascii: "=")
            unsafe room[end + 1] = UInt8(ascii: "\"")
            end += unsafe 2 + Self.copy(value, to: room, at: end + 2)
            unsafe room[end] = UInt8(ascii: "\"")
            return end + 1
        }
    }

    /// Copies a text into room that was made for it, and gives its length.
    @inline(__always)
    private static func copy(
        _ text: UnsafeBufferPointer<UInt8>,
        to room: UnsafeMutableBufferPointer<UInt8>,
        at start: Int
    ) -> Int {
        guard let source = text.baseAddress, let target = room.baseAddress else { return 0 }
        assert(start + text.count <= room.count, "there is less room than was asked for")
        unsafe UnsafeMutableRawPointer(target + start).copyMemory(from: source, byteCount: text.count)
        return text.count
    }
}
