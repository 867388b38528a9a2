/// A binding key of a topic exchange: words between dots, `*` for one word, `#` for any number of them.
package struct TopicPattern: Sendable {
    private let words: [Substring]

    package init(_ pattern: String) {
        words = Self.words(of: pattern)
    }

    /// Whether a routing key matches; work is bounded by the product of the two word counts.
    package func matches(_ routingKey: String) -> Bool {
        let keys = Self.words(of: routingKey)
        // reachable[n]: the words seen so far match the first n words of the key.
        var reachable = [Bool](repeating: false, count: keys.count + 1)
        reachable[0] = true
        for word in words {
            var next = [Bool](repeating: false, count: keys.count + 1)
            for index in reachable.indices where reachable[index] {
                if word == "#" {
                    for later in index...keys.count { next[later] = true }
                    break
                }
                if index < keys.count, word == "*" || word == keys[index] { next[index + 1] = true }
            }
            reachable = next
        }
        return reachable[keys.count]
    }

    private static func words(of text: String) -> [Substring] {
        text.isEmpty ? [] : text.split(separator: ".", omittingEmptySubsequences: false)
    }
}
