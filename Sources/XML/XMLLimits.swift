internal import CXML

/// What a document may have at most; beyond it, it is refused before it can do harm.
package struct XMLLimits: Sendable, Hashable {
    /// Bytes as they came; checked before anything is read.
    ///
    /// Default: 4 MiB.
    package var documentBytesMax: Int
    /// Elements inside one another.
    ///
    /// Default: 64. Values above 250 count as 250, which is what the parser can take.
    package var depthMax: Int
    /// Elements in the document.
    ///
    /// Default: 200,000.
    package var elementsMax: Int
    /// Attributes of one element, namespace declarations included.
    ///
    /// Default: 64.
    package var attributesPerElementMax: Int
    /// Bytes of a local name, and of a namespace.
    ///
    /// Default: 1,000.
    package var nameBytesMax: Int
    /// Namespace declarations in force at one place.
    ///
    /// Default: 256.
    package var namespacesInScopeMax: Int

    /// Limits that are generous for orders of thousands of lines.
    package init(
        documentBytesMax: Int = 4 << 20,
        depthMax: Int = 64,
        elementsMax: Int = 200_000,
        attributesPerElementMax: Int = 64,
        nameBytesMax: Int = 1_000,
        namespacesInScopeMax: Int = 256
    ) {
        self.documentBytesMax = documentBytesMax
        self.depthMax = depthMax
        self.elementsMax = elementsMax
        self.attributesPerElementMax = attributesPerElementMax
        self.nameBytesMax = nameBytesMax
        self.namespacesInScopeMax = namespacesInScopeMax
    }

    /// The same limits for the C side; what does not fit is clamped.
    var forC: cxml_limits {
        cxml_limits(
            document_bytes_max: max(0, documentBytesMax),
            depth_max: UInt32(clamping: depthMax),
            elements_max: UInt32(clamping: elementsMax),
            attributes_per_element_max: UInt32(clamping: attributesPerElementMax),
            name_bytes_max: UInt32(clamping: nameBytesMax),
            namespaces_in_scope_max: UInt32(clamping: namespacesInScopeMax)
        )
    }
}
