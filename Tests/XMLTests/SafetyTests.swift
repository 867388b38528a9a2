import Testing

@testable import XML

/// The code with which both parsers refuse a document; `nil` when they take it.
func refusal(
    _ bytes: [UInt8],
    limits: XMLLimits = XMLLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
) -> XMLError? {
    var flat: XMLError?
    var tree: XMLError?
    do { _ = try XMLDocument(parsing: bytes, limits: limits) } catch { flat = error }
    do { _ = try XPathDocument(parsing: bytes, limits: limits) } catch { tree = error }
    #expect(flat == tree, "both parsers say the same", sourceLocation: sourceLocation)
    return flat
}

/// The same for text.
func refusal(
    _ text: String,
    limits: XMLLimits = XMLLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
) -> XMLError? {
    refusal(Array(text.utf8), limits: limits, sourceLocation: sourceLocation)
}

@Suite("Refusals") struct SafetyTests {
    static let billionLaughs: String = {
        var text = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY lol0 \"lol\">\n"
        for level in 1...9 {
            let inner = String(repeating: "&lol\(level - 1);", count: 10)
            text += "<!ENTITY lol\(level) \"\(inner)\">\n"
        }
        return text + "]>\n<lolz>&lol9;</lolz>"
    }()

    @Test(
        "A DOCTYPE of any kind is refused, so there are no entities to expand or fetch (M2)",
        arguments: [
            billionLaughs,
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a []><a/>",
            "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'><a/>",
            "<!DOCTYPE a PUBLIC '-//x//y' 'file:///etc/passwd'><a/>",
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
            "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p'> %p;]><a/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a b='&x;'/>",
            "<!DOCTYPE a [<!ATTLIST a b CDATA 'default'>]><a/>",
            "<!DOCTYPE a [<!ELEMENT a ANY",
        ]
    )
    func doctype(text: String) throws {
        let error = try #require(refusal(text))
        #expect(error.code == .dtdRefused)
        #expect(!error.description.contains("passwd"))
    }

    @Test func entitiesBeyondThePredefinedAreUnknown() throws {
        #expect(refusal("<a>&nbsp;</a>")?.code == .notXML)
        #expect(refusal("<a b='&nbsp;'/>")?.code == .notXML)
        #expect(refusal("<a>&#0;</a>")?.code == .notXML)
        #expect(refusal("<a>&#xD800;</a>")?.code == .notXML)
        #expect(refusal("<a>&#x110000;</a>")?.code == .notXML)
        #expect(refusal("<a>&lt;&#x10FFFF;</a>") == nil)
    }

    @Test func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(refusal(nested(64)) == nil)
        #expect(refusal(nested(65))?.code == .tooDeep)
        #expect(refusal(nested(65))?.column == 64 * 3 + 1)
        #expect(refusal(nested(100_000))?.code == .tooDeep)
        #expect(refusal(String(repeating: "<a>", count: 100_000))?.code == .tooDeep)
        #expect(refusal(nested(250), limits: XMLLimits(depthMax: 1_000)) == nil)
        #expect(refusal(nested(251), limits: XMLLimits(depthMax: 1_000))?.code == .tooDeep)
        #expect(refusal(nested(2), limits: XMLLimits(depthMax: 1))?.code == .tooDeep)
        #expect(refusal("<a/>", limits: XMLLimits(depthMax: -1))?.code == .tooDeep)
    }

    @Test func size() throws {
        // Not well-formed from the second byte on: whoever looked at it would say so, and where.
        let huge = [UInt8](repeating: UInt8(ascii: "<"), count: 100 << 20)
        let error = try #require(refusal(huge))
        #expect(error.code == .tooLarge)
        #expect(error.line == nil)
        let limits = XMLLimits(documentBytesMax: 8)
        #expect(refusal("<a>1</a>", limits: limits) == nil)
        #expect(refusal("<a>12</a>", limits: limits)?.code == .tooLarge)
    }

    @Test func elements() throws {
        let text = "<a>" + String(repeating: "<b/>", count: 9) + "</a>"
        #expect(refusal(text, limits: XMLLimits(elementsMax: 10)) == nil)
        #expect(refusal(text, limits: XMLLimits(elementsMax: 9))?.code == .tooManyElements)
    }

    @Test func attributes() throws {
        func element(_ count: Int) -> String {
            "<a " + (0..<count).map { "b\($0)='' " }.joined() + "/>"
        }
        #expect(refusal(element(64)) == nil)
        #expect(refusal(element(65))?.code == .tooManyAttributes)
        #expect(refusal("<a xmlns='urn:x' b='' c=''/>", limits: XMLLimits(attributesPerElementMax: 2)) != nil)
        let clock = ContinuousClock()
        let duration = clock.measure {
            #expect(refusal(element(300_000))?.code == .tooManyAttributes)
        }
        #expect(duration < .seconds(30), "a quadratic comparison would take minutes")
    }

    @Test func attributesAreCountedPerTagInLargeDocuments() throws {
        let padding = String(repeating: "x", count: 20_000)
        let quotes = String(repeating: "\"'", count: 100)
        for text in [
            "<a>\(padding)\(quotes)</a>",
            "<a><!-- \(padding) <b \(quotes) --></a>",
            "<a><![CDATA[ \(padding) <b \(quotes) ]]></a>",
            "<a><?p \(padding) <b \(quotes) ?></a>",
            "<a b='\(padding)>' c=\"\(String(repeating: "'>", count: 100))\"/>",
            "<a>" + String(repeating: "<b c='1' d='2'/>", count: 2_000) + "</a>",
        ] {
            #expect(refusal(text) == nil)
        }
        for text in [
            "<a>\(padding)<b \(quotes)", "<a>\(padding)<b c='", "<a>\(padding)<!-- <b", "<a>\(padding)<",
        ] {
            #expect(refusal(text) != nil)
        }
    }

    @Test func names() throws {
        let long = String(repeating: "n", count: 1_001)
        let good = String(repeating: "n", count: 1_000)
        #expect(refusal("<\(good)/>") == nil)
        for text in ["<\(long)/>", "<a \(long)=''/>", "<a xmlns='\(long)'/>", "<p:a xmlns:p='\(long)'/>"] {
            #expect(refusal(text)?.code == .nameTooLong)
        }
        #expect(refusal("<\(String(repeating: "n", count: 100_000))/>")?.code == .nameTooLong)
    }

    @Test func namespacesInForce() throws {
        let declarations = (0..<50).map { "xmlns:p\($0)='urn:\($0)' " }.joined()
        let five = String(repeating: "<a \(declarations)>", count: 5) + String(repeating: "</a>", count: 5)
        let six = String(repeating: "<a \(declarations)>", count: 6) + String(repeating: "</a>", count: 6)
        #expect(refusal(five) == nil)
        #expect(refusal(six)?.code == .tooManyNamespaces)
        let besideOneAnother = "<a>" + String(repeating: "<a \(declarations)/>", count: 10) + "</a>"
        #expect(refusal(besideOneAnother) == nil)
    }

    @Test(
        "What is not well-formed is refused",
        arguments: [
            "hello", "{\"order\": 1}", "<", "<a", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a/>junk",
            "<a/>&amp;",
            "<a b=1/>", "<a b='1' b='2'/>", "<a b='<'/>", "<a>&</a>", "<a>&amp</a>", "<a>]]></a>",
            "<a>\u{1}</a>",
            "<a>\u{FFFF}</a>", "<a><!-- -- --></a>", "<1/>", "<a:b/>", "<a p:b='1'/>", "</a>",
            " <?xml version='1.0'?><a/>",
            "<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='' q:b=''/>", "<a xmlns:p=''/>", "<?xml?><a/>",
            "<a><?xml version='1.0'?></a>",
        ]
    )
    func malformed(text: String) throws {
        let error = try #require(refusal(text))
        #expect(error.code == .notXML || error.code == .cutOff)
        #expect(error.line == 1)
        #expect(error.column != nil)
        #expect(!error.message.isEmpty && !error.remedy.isEmpty)
    }

    @Test func emptyInput() throws {
        #expect(refusal("")?.code == .empty)
        #expect(refusal(" \r\n\t")?.code == .empty)
        #expect(refusal("<?xml version='1.0'?><!-- nothing -->")?.code == .cutOff)
    }

    @Test func nulBytes() throws {
        #expect(refusal("<a>\0</a>")?.code == .notXML)
        #expect(refusal("<a/>\0")?.code == .notXML)
        #expect(refusal("<a/>\0<b/>")?.code == .notXML)
        #expect(refusal("\0<a/>") != nil)
        #expect(refusal("<a\0/>")?.column == 3)
        #expect(refusal([0]) != nil)
        #expect(refusal([0, 0, 0, 0]) != nil)
    }

    @Test("A document cut at any byte is refused as cut off")
    func cutAnywhere() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- comment --><?pi data?><p:a xmlns:p="urn:p" b="1&amp;2" p:c='é'>
              text &#233; é <b><![CDATA[ <x> ]]></b><!-- é --><c d=""/>
            </p:a>
            """
        let bytes = Array(text.utf8)
        #expect(refusal(bytes) == nil)
        for count in 1..<bytes.count {
            let error = try #require(refusal(Array(bytes[..<count])))
            #expect(error.code == .cutOff, "after \(count) bytes: \(error)")
        }
    }

    @Test("A byte changed anywhere never crashes") func damagedAnywhere() throws {
        let bytes = Array(
            "<?xml version='1.0'?><p:a xmlns:p='urn:p' b='1&amp;2'>é<b><![CDATA[x]]></b><!--c--></p:a>".utf8
        )
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0...255,
                    using: &generator
                )
            }
            _ = refusal(damaged)
        }
    }

    @Test func positionsOfErrors() throws {
        let mismatch = try #require(refusal("<a>\n  <b>\n  </c>\n</a>"))
        #expect(mismatch.line == 3)
        let character = try #require(refusal("<a>\né\u{2}</a>"))
        #expect(character.line == 2)
        #expect(character.column == 2)
        let doctype = try #require(refusal("<?xml version='1.0'?>\n<!DOCTYPE a>\n<a/>"))
        #expect(doctype.line == 2)
        #expect(doctype.column == 1)
        #expect(doctype.description.contains("line 2, column 1"))
    }

    @Test func errorsHoldNothingOfTheDocument() throws {
        for text in [
            "<secret></other>", "<a secret='1' secret='2'/>", "<a>&secret;</a>", "<secret:a/>", "<a/>secret",
            "<a><secret", "<!DOCTYPE secret><a/>", "<?xml version='1.0' encoding='secret'?><a/>",
        ] {
            let error = try #require(refusal(text))
            #expect(!error.description.contains("secret"))
            #expect(!error.description.contains("other"))
        }
    }
}

@Suite("Standard error") struct StandardErrorTests {
    @Test func nothingIsPrinted() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            for text in [
                "<a></b>", "<a>&x;</a>", "<p:a/>", "<a xmlns='not absolute'/>",
                "<!DOCTYPE a SYSTEM 'file:///x'><a/>", "\u{1}",
            ] {
                _ = refusal(text)
            }
            let root = try XPathDocument(parsing: Array("<a><b/></a>".utf8)).root
            for source in ["//b[", "count(", "'a'/b", "sum('x')", "b[contains('a')]", "1 div 0", "-'a'"] {
                if let expression = try? XPathExpression(compile: source) { _ = try? root.string(expression) }
            }
        }
        #expect(String(decoding: try #require(result).standardErrorContent, as: UTF8.self).isEmpty)
    }
}

@Suite("Limits differ from parse to parse") struct ChangingLimitsTests {
    @Test func aNameOnceAllowedIsMeasuredAgain() throws {
        let text = "<abcdefgh xmlns='urn:12345678'/>"
        for _ in 0..<3 {
            #expect(refusal(text) == nil)
            #expect(refusal(text, limits: XMLLimits(nameBytesMax: 11))?.code == .nameTooLong)
            #expect(refusal(text, limits: XMLLimits(nameBytesMax: 12)) == nil)
        }
    }
}
