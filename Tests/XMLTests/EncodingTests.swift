import Testing

@testable import XML

@Suite("Encodings") struct EncodingTests {
    private func utf16(_ text: String, bigEndian: Bool, mark: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = mark ? (bigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]) : []
        for unit in text.utf16 {
            let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            bytes += bigEndian ? pair : pair.reversed()
        }
        return bytes
    }

    /// ASCII with single bytes where the text has a `?`.
    private func declared(_ encoding: String, _ bytes: [UInt8]) -> [UInt8] {
        Array("<?xml version=\"1.0\" encoding=\"\(encoding)\"?><a b=\"1\">".utf8) + bytes + Array("</a>".utf8)
    }

    private func texts(_ bytes: [UInt8]) throws -> [String] {
        [try XMLDocument(parsing: bytes).root.text, try XPathDocument(parsing: bytes).root.value]
    }

    @Test func utf8() throws {
        let text = "é漢\u{1F600}"
        for declaration in ["", "<?xml version='1.0'?>", "<?xml version='1.0' encoding='utf-8'?>"] {
            let bytes = Array("\(declaration)<a>\(text)</a>".utf8)
            #expect(try texts(bytes) == [text, text])
            #expect(try texts([0xEF, 0xBB, 0xBF] + bytes) == [text, text])
        }
    }

    @Test func utf16() throws {
        let text = "é漢\u{1F600}"
        for bigEndian in [false, true] {
            for declaration in ["", "<?xml version='1.0' encoding='UTF-16'?>"] {
                let document = "\(declaration)<a>\(text)</a>"
                #expect(try texts(utf16(document, bigEndian: bigEndian)) == [text, text])
                #expect(try texts(utf16(document, bigEndian: bigEndian, mark: false)) == [text, text])
            }
        }
    }

    @Test func latin1AndWindows() throws {
        #expect(try texts(declared("ISO-8859-1", [0xE9, 0xA4])) == ["é¤", "é¤"])
        #expect(try texts(declared("iso-8859-1", [0xFF])) == ["ÿ", "ÿ"])
        #expect(try texts(declared("windows-1252", [0x80, 0x93, 0xE9])) == ["€“é", "€“é"])
        #expect(refusal(declared("windows-1252", [0x81]))?.code == .encoding)
        #expect(try texts(declared("ISO-8859-15", [0xA4])) == ["€", "€"])
        #expect(try texts(declared("windows-1250", [0xB9])) == ["ą", "ą"])
        #expect(try texts(declared("US-ASCII", [0x41])) == ["A", "A"])
        #expect(refusal(declared("US-ASCII", [0xE9]))?.code == .encoding)
    }

    @Test(
        "Encodings that could hide markup, or are unknown, are refused",
        arguments: [
            "UTF-7", "UTF-32", "UCS-4", "EBCDIC-US", "HTML", "ISO-2022-JP", "Shift_JIS", "x", "ISO-8859-99",
            "ISO-8859-1x",
            "windows-1259",
        ]
    )
    func unknown(encoding: String) throws {
        #expect(refusal(declared(encoding, [0x41]))?.code == .encoding)
    }

    @Test func declarationsThatAreWrong() throws {
        #expect(refusal("<?xml version='1.0' encoding=''?><a/>")?.code == .encoding)
        #expect(refusal("<?xml version='1.0' encoding='UTF-16'?><a/>")?.code == .encoding)
        let marked = [0xEF, 0xBB, 0xBF] + Array("<?xml version='1.0' encoding='ISO-8859-1'?><a/>".utf8)
        #expect(refusal(marked)?.code == .encoding)
        let sixteen = utf16("<?xml version='1.0' encoding='UTF-8'?><a/>", bigEndian: false)
        #expect(refusal(sixteen)?.code == .encoding)
    }

    @Test(
        "Bytes that are not UTF-8 are refused at their place",
        arguments: [
            [0xE9], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80],
            [0xE2, 0x82, 0x41], [0xFF], [0xFE], [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80],
        ] as [[UInt8]]
    )
    func badUTF8(bytes: [UInt8]) throws {
        let error = try #require(refusal(Array("<a>\n12345678é".utf8) + bytes + Array("</a>".utf8)))
        #expect(error.code == .encoding)
        #expect(error.line == 2)
        #expect(error.column == 10)
    }

    @Test func badUTF16() throws {
        #expect(refusal([0xFF, 0xFE, 0x3C])?.code == .cutOff)
        #expect(refusal(utf16("<a>", bigEndian: true) + [0xDC, 0x00])?.code == .encoding)
        #expect(refusal(utf16("<a>", bigEndian: true) + [0xD8, 0x00, 0x00, 0x41])?.code == .encoding)
        #expect(refusal(utf16("<a>", bigEndian: true) + [0xD8, 0x00])?.code == .cutOff)
        #expect(refusal(utf16("<a/>\0", bigEndian: false))?.code == .notXML)
    }

    @Test func utf32AndEBCDIC() throws {
        #expect(refusal([0, 0, 0xFE, 0xFF, 0, 0, 0, 0x3C])?.code == .encoding)
        #expect(refusal([0xFF, 0xFE, 0, 0, 0x3C, 0, 0, 0])?.code == .encoding)
        #expect(refusal([0, 0, 0, 0x3C, 0, 0, 0, 0x61])?.code == .encoding)
        #expect(refusal([0x3C, 0, 0, 0, 0x61, 0, 0, 0])?.code == .encoding)
        #expect(refusal([0x4C, 0x6F, 0xA7, 0x94])?.code == .encoding)
    }

    @Test func positionsCountCharactersOfTheText() throws {
        let error = try #require(refusal(utf16("<a>\néé</b>", bigEndian: true)))
        #expect(error.line == 2)
        let root = try XMLDocument(parsing: utf16("<a>\néé<b/></a>", bigEndian: true)).root
        #expect(root.children.map(\.line) == [2])
        #expect(root.children.map(\.column) == [3])
    }
}
