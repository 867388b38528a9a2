internal import CXML

/// A name of the vocabulary: namespace and local name, as a small number that stands for both.
///
/// Names are registered once per process, best as static constants, so that the parser finds them while it
/// reads and comparing an element's name is comparing integers. Names that come from messages are not to be
/// made into `XMLName`s: the table never forgets.
///
///     extension XMLName {
///         static let order = XMLName("Order", in: "http://example.com/orders")
///     }
package struct XMLName: Sendable, Hashable, CustomStringConvertible {
    let number: UInt32

    /// The name with this local part in a namespace; an empty namespace means none.
    package init(_ local: String, in namespace: String = "") {
        var local = local
        var namespace = namespace
        number = local.withUTF8 { localBytes in
            namespace.withUTF8 { namespaceBytes in
                let space = UnsafeRawBufferPointer(namespaceBytes)
                let name = UnsafeRawBufferPointer(localBytes)
                return unsafe cxml_name_register(
                    cxml_name(
                        space: Self.pointer(space),
                        space_length: UInt32(space.count),
                        local: Self.pointer(name),
                        local_length: UInt32(name.count)
                    )
                )
            }
        }
        precondition(number != 0, "the vocabulary has more than a million names, or memory is out")
    }

    init(number: UInt32) {
        self.number = number
    }

    /// The part after the prefix.
    package var local: String {
        let name = unsafe cxml_name_get(number)
        return unsafe String(bytes: name.local, count: name.local_length)
    }

    /// The namespace, empty when there is none.
    package var namespace: String {
        let name = unsafe cxml_name_get(number)
        return unsafe String(bytes: name.space, count: name.space_length)
    }

    /// The name as people write it: `{namespace}local`.
    package var description: String { namespace.isEmpty ? local : "{\(namespace)}\(local)" }

    /// An empty buffer may have no address, which C does not like.
    private static func pointer(_ bytes: UnsafeRawBufferPointer) -> UnsafePointer<CChar> {
        unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? UnsafePointer(emptyCString)
    }
}

/// One NUL that lives as long as the process.
nonisolated(unsafe) private let emptyCString: UnsafeMutablePointer<CChar> = {
    // Written once, here, before anyone can see it; only read afterward.
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    unsafe pointer.initialize(to: 0)
    return unsafe pointer
}()

extension String {
    /// UTF-8 text of the C side.
    init(bytes: UnsafePointer<CChar>?, count: UInt32) {
        let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
        self = unsafe String(decoding: raw, as: UTF8.self)
    }
}
