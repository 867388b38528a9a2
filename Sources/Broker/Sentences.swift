/// Makes whole sentences of what errors say, so that they never run into what follows.
package enum Sentences {
    /// These texts one after the other, each with a full stop where it has no end of its own.
    package static func joined(_ texts: String...) -> String {
        texts.filter { !$0.isEmpty }.map(ended).joined(separator: " ")
    }

    private static func ended(_ text: String) -> String {
        guard let last = text.last, !".!?:".contains(last) else { return text }
        return text + "."
    }
}
