internal import Orders

/// Texts compared byte by byte, as a database does.
struct ByteKey: Hashable, Comparable {
    private var bytes: [UInt8]

    init(_ role: RoleName, _ text: String) {
        bytes = Array(role.rawValue.utf8)
        bytes.append(0xFF)
        bytes.append(contentsOf: text.utf8)
    }

    init(_ id: OrderID) { self.init(id.role, id.key.rawValue) }

    static func < (left: ByteKey, right: ByteKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
