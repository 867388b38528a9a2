import Orders
import Testing

@Suite("Service actions")
struct ServiceActionTests {
    @Test("all eight codes are read whatever their case and the white space around them (A10)")
    func codes() {
        let codes = ["ADD", "UPDATE", "DELETE", "SUSPEND", "RESUME", "MOVE-ADD", "MOVE-DELETE", "NONE"]
        #expect(Set(codes) == Set(ServiceAction.allCases.map(\.rawValue)))
        for code in codes {
            #expect(ServiceAction(code: code)?.rawValue == code)
            #expect(ServiceAction(code: "\n\t \(code.lowercased()) \r\n")?.rawValue == code)
        }
    }

    @Test(
        "another code is none",
        arguments: ["", " ", "ADDED", "MOVE ADD", "MOVE_ADD", "-", "ADD\u{A0}", "ＡＤＤ"]
    )
    func unknown(code: String) {
        #expect(ServiceAction(code: code) == nil)
    }

    @Test(
        "only the white space of XML is trimmed, and only at the ends",
        arguments: [
            (" a b ", "a b"), ("\r\n\ta", "a"), ("a", "a"), ("", ""), (" \n ", ""),
            ("\u{A0}a\u{A0}", "\u{A0}a\u{A0}"),
            ("é ", "é"),
        ]
    )
    func trimming(text: String, trimmed: String) {
        #expect(text.trimmedXMLSpace == trimmed)
    }
}
