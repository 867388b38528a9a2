internal import Orders
internal import XML

/// A header as it was written, to be written again for other messages of the kind about the same order.
struct HeaderText {
    private let bytes: [UInt8]
    private let gaps: [HeaderGaps.Filled]

    /// What was written since `start`.
    init(_ gaps: HeaderGaps, in writer: XMLWriter) {
        bytes = writer.fragment(from: gaps.start)
        self.gaps = gaps.filled
    }

    var byteCount: Int { bytes.count }

    /// What a header says beside the stamp follows from this.
    struct Setting {
        private let kind: MessageKind
        private let senderID: String
        private let senderDetails: Rare<SenderDetails>?
        private let role: RoleName
        private let environment: String
        private let keys: EBMHeader.CrossReference
        /// Held, so that nobody changes it in place.
        private let origin: MessageContext

        /// `nil` when a rare part of another message goes into it.
        init?(_ kind: MessageKind, context: EncodingContext, order keys: EBMHeader.CrossReference) {
            guard let origin = context.origin, origin.carried == nil, context.cause?.carried == nil else {
                return nil
            }
            self.kind = kind
            senderID = context.senderID
            senderDetails = context.senderDetails
            role = context.role
            environment = EBMHeader.environment(of: context)
            self.keys = keys
            self.origin = origin
        }

        func isSameKind(as other: Setting) -> Bool { kind == other.kind }

        func isSame(as other: Setting) -> Bool {
            kind == other.kind && origin.isIdentical(to: other.origin) && senderID == other.senderID
                && environment == other.environment && keys == other.keys && role == other.role
                && senderDetails == other.senderDetails
        }
    }

    func write(_ stamp: HeaderStamp, to writer: inout XMLWriter) {
        var position = 0
        for gap in gaps {
            writer.raw(bytes[position..<gap.bytes.lowerBound])
            gap.gap.write(stamp, to: &writer)
            position = gap.bytes.upperBound
        }
        writer.raw(bytes[position...])
    }
}

/// Writes what differs, and remembers where it stands.
struct HeaderGaps {
    struct Filled {
        var gap: HeaderGap
        /// Counted from the start of the header.
        var bytes: Range<Int>
    }

    let start: Int
    private let stamp: HeaderStamp
    private(set) var filled: [Filled] = []

    init(_ stamp: HeaderStamp, in writer: inout XMLWriter) {
        self.stamp = stamp
        start = writer.beginFragment()
        filled.reserveCapacity(8)
    }

    mutating func fill(_ gap: HeaderGap, in writer: inout XMLWriter) {
        let first = writer.beginFragment() - start
        gap.write(stamp, to: &writer)
        filled.append(Filled(gap: gap, bytes: first..<writer.beginFragment() - start))
    }
}
