import Broker
import Testing

@Suite("Confirm window")
struct ConfirmWindowTests {
    private static func publication(_ id: Int64, key: String = "q", body: [UInt8] = []) -> Publication {
        Publication(id: id, destination: .queue(key), message: Message(body: body))
    }

    private static func window(_ ids: ClosedRange<Int64>) -> ConfirmWindow {
        var window = ConfirmWindow()
        for id in ids { expect(window.append(publication(id))) }
        return window
    }

    @Test("A single answer settles one id, a multiple one all up to it")
    func answers() {
        var window = Self.window(11...16)
        var settled: [Int64] = []
        expect(window.answer(tag: 2, multiple: false, into: &settled))
        #expect(settled == [12])
        expect(window.answer(tag: 4, multiple: true, into: &settled))
        #expect(settled == [12, 11, 13, 14])
        #expect(window.unanswered == 2)
        expect(window.answer(tag: 0, multiple: true, into: &settled))
        #expect(settled.count == 6)
        #expect(window.isEmpty)
        #expect(window.nextTag == 7)
    }

    @Test("Answers in any order settle every id exactly once", arguments: 0..<50 as Range<UInt64>)
    func anyOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var window = Self.window(1...600)
        var settled: [Int64] = []
        for tag in (1...600 as ClosedRange<UInt64>).shuffled(using: &random) {
            expect(window.answer(tag: tag, multiple: tag % 97 == 0, into: &settled))
        }
        #expect(settled.sorted() == Array(1...600))
        #expect(window.isEmpty)
    }

    @Test("Tags never given out are not believed")
    func unknownTags() {
        var window = Self.window(1...2)
        var settled: [Int64] = []
        expect(!window.answer(tag: 3, multiple: false, into: &settled))
        expect(!window.answer(tag: 3, multiple: true, into: &settled))
        expect(!window.answer(tag: 0, multiple: false, into: &settled))
        expect(!window.answer(tag: .max, multiple: true, into: &settled))
        #expect(settled.isEmpty)
        #expect(window.unanswered == 2)
    }

    @Test("An answer that comes twice settles nothing more")
    func repeatedAnswer() {
        var window = Self.window(1...3)
        var settled: [Int64] = []
        expect(window.answer(tag: 2, multiple: true, into: &settled))
        expect(window.answer(tag: 1, multiple: false, into: &settled))
        expect(window.answer(tag: 2, multiple: true, into: &settled))
        #expect(settled == [1, 2])
    }

    @Test("A returned publication is not confirmed by the confirm that follows")
    func returns() {
        var window = ConfirmWindow()
        expect(window.append(Self.publication(1, key: "here")))
        expect(window.append(Self.publication(2, key: "nowhere")))
        expect(window.append(Self.publication(3, key: "nowhere")))
        func giveBack() -> Int64? { window.markReturned { $0.destination.routingKey == "nowhere" } }
        expect(giveBack(), 2)
        expect(giveBack(), 3)
        expect(giveBack(), nil)
        var settled: [Int64] = []
        expect(window.answer(tag: 3, multiple: true, into: &settled))
        #expect(settled == [1])
        #expect(window.isEmpty)
    }

    @Test("An id that waits already is not taken a second time, and after its answer it is")
    func twice() {
        var window = Self.window(5...5)
        expect(!window.append(Self.publication(5)))
        #expect(window.nextTag == 2)
        var settled: [Int64] = []
        expect(window.answer(tag: 1, multiple: false, into: &settled))
        expect(window.append(Self.publication(5)))
        #expect(window.contains(id: 5))
    }
}
