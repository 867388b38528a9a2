import Testing

@testable import XML

@Suite("Escaping")
struct EscapingTests {
    private static func escaped(_ text: String, inAttribute: Bool) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            case "\"" where inAttribute: "&quot;"
            case "\t" where inAttribute: "&#9;"
            case "\n" where inAttribute: "&#10;"
            case "\r": "&#13;"
            case "\u{FFFE}", "\u{FFFF}", "\u{1}": "\u{FFFD}"
            default: String(scalar)
            }
        }
        .joined()
    }

    @Test(
        "finds what needs it at every place of texts of every length",
        arguments: ["<", ">", "&", "\"", "\t", "\n", "\r", "\u{1}", "\u{FFFF}", "\u{EFFF}", "é", "x"]
    )
    func everyPlace(special: String) {
        for length in 0...40 {
            for place in 0...length {
                let text =
                    String(repeating: "a", count: place) + special
                    + String(repeating: "b", count: length - place)
                var writer = XMLWriter()
                writer.open("e")
                writer.attribute("n", text)
                writer.element("t", text)
                writer.text(text)
                writer.close()
                let value = Self.escaped(text, inAttribute: false)
                #expect(
                    String(decoding: writer.finish(), as: UTF8.self)
                        == "<e n=\"\(Self.escaped(text, inAttribute: true))\"><t>\(value)</t>\(value)</e>"
                )
            }
        }
    }

    @Test("goes on where a long value is taken in pieces")
    func longValues() {
        for length in [4090, 4095, 4096, 4097, 8191, 8192, 8193] {
            for special in ["&", "é", "\u{FFFF}", "b"] {
                let text = String(repeating: "a", count: length) + special + String(repeating: "c", count: 20)
                var writer = XMLWriter()
                writer.open("e")
                writer.attribute("n", text)
                writer.text(text)
                writer.close()
                let value = Self.escaped(text, inAttribute: false)
                #expect(String(decoding: writer.finish(), as: UTF8.self) == "<e n=\"\(value)\">\(value)</e>")
            }
        }
    }
}
