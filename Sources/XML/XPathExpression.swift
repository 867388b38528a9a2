internal import CXML
internal import Synchronization

/// A compiled XPath 1.0 expression, to be used from any thread.
///
/// Evaluation writes caches into libxml2's compiled form, so a compiled form serves one evaluation at a time:
/// each takes one from the stock and puts it back, and when none is left another is compiled.
package final class XPathExpression: Sendable {
    /// The expression as written.
    package let source: String
    private let namespaces: [(prefix: String, uri: String)]
    private let idle: Mutex<[Compiled]>

    /// A compiled form; whoever holds it is the only one who does.
    @safe private struct Compiled: @unchecked Sendable {
        // Sendable: handed from thread to thread through the mutex of `idle` only.
        let pointer: OpaquePointer
    }

    /// Compiles an expression; the namespaces are those of its prefixes.
    package init(compile source: String, namespaces: [String: String] = [:]) throws(XMLError) {
        try XPathSyntax.check(source, prefixes: Set(namespaces.keys))
        self.source = source
        self.namespaces = namespaces.filter { $0.key != "xml" }.map { ($0.key, $0.value) }
        idle = Mutex([try Self.compile(source, self.namespaces)])
    }

    deinit {
        idle.withLock { idle in
            for compiled in idle { unsafe cxml_xpath_free(compiled.pointer) }
            idle = []
        }
    }

    /// Lends a compiled form for the time of the closure.
    func withCompiled<Result>(
        _ body: (OpaquePointer) throws(XMLError) -> Result
    ) throws(XMLError) -> Result {
        let compiled: Compiled
        if let stocked = idle.withLock({ $0.popLast() }) {
            compiled = stocked
        } else {
            compiled = try Self.compile(source, namespaces)
        }
        defer { idle.withLock { $0.append(compiled) } }
        return try unsafe body(compiled.pointer)
    }

    private static func compile(
        _ source: String,
        _ namespaces: [(prefix: String, uri: String)]
    ) throws(XMLError) -> Compiled {
        var error = unsafe cxml_error()
        let pointer = unsafe withCStrings(namespaces.map(\.prefix)) { prefixes in
            unsafe withCStrings(namespaces.map(\.uri)) { spaces in
                unsafe cxml_xpath_compile(source, prefixes, spaces, namespaces.count, &error)
            }
        }
        guard let pointer = unsafe pointer else { throw unsafe XMLError(error) }
        return unsafe Compiled(pointer: pointer)
    }

    /// The strings as C wants them, valid for the time of the closure.
    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        var bytes: [CChar] = []
        var offsets: [Int] = []
        for string in strings {
            offsets.append(bytes.count)
            bytes.append(contentsOf: string.utf8CString)
        }
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            let pointers: [UnsafePointer<CChar>?] = unsafe offsets.map { offset in
                unsafe buffer.baseAddress.map { unsafe $0 + offset }
            }
            return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
        }
    }
}
