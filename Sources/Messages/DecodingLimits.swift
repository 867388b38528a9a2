internal import XML

/// What a message may have at most, beyond which it is refused before it is read.
package struct DecodingLimits: Sendable, Hashable {
    package var documentBytesMax: Int
    /// Elements inside one another.
    package var depthMax: Int

    package init(documentBytesMax: Int = 4 << 20, depthMax: Int = 64) {
        self.documentBytesMax = documentBytesMax
        self.depthMax = depthMax
    }

    /// The same for the parser; what is not said here is generous for orders of thousands of lines.
    var parser: XMLLimits { XMLLimits(documentBytesMax: documentBytesMax, depthMax: depthMax) }
}
