/// Searching in message bodies, without making strings of them.
package enum ByteText {
    /// A body taken apart at the places of some marks.
    package enum Part: Sendable, Hashable {
        case literal([UInt8])
        case mark(Int)
    }

    /// Takes a body apart wherever one of the marks stands; where several begin, the first of them counts.
    package static func split(_ body: [UInt8], at marks: [[UInt8]]) -> [Part] {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var position = 0
        while position < body.count {
            let rest = body[position...]
            let found = marks.firstIndex { !$0.isEmpty && rest.starts(with: $0) }
            if let found {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = []
                parts.append(.mark(found))
                position += marks[found].count
            } else {
                literal.append(body[position])
                position += 1
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return parts
    }

    /// Where `text` stands in `body`, at or after `start`; after Horspool.
    package static func find(_ text: StaticString, in body: [UInt8], from start: Int = 0) -> Int? {
        let length = text.utf8CodeUnitCount
        let pattern = UnsafeBufferPointer(start: text.utf8Start, count: length)
        guard length > 0, let last = pattern.last else { return start }
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { steps in
            steps.initialize(repeating: length)
            for (index, byte) in pattern.dropLast().enumerated() { steps[Int(byte)] = length - 1 - index }
            return body.withUnsafeBufferPointer { bytes in
                var end = start + length - 1
                while end < bytes.count {
                    let byte = bytes[end]
                    if byte == last, bytes[(end - length + 1)...end].elementsEqual(pattern) {
                        return end - length + 1
                    }
                    end += steps[Int(byte)]
                }
                return nil
            }
        }
    }

    /// What stands between the first `opening` at or after `start` and the next `closing` after it.
    package static func range(
        after opening: StaticString,
        before closing: StaticString,
        in body: [UInt8],
        from start: Int = 0
    ) -> Range<Int>? {
        guard let open = find(opening, in: body, from: start) else { return nil }
        let begin = open + opening.utf8CodeUnitCount
        guard let end = find(closing, in: body, from: begin) else { return nil }
        return begin..<end
    }
}
