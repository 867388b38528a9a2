import Broker
import CRabbitMQ
import Testing

@testable import RabbitMQ

/// Who is found to be the one for which the broker closes the channel.
@Suite("RabbitMQ: publications that close the channel")
struct CulpritsTests {
    private static let rest = UInt64(Culprits.restSeconds * 1e9)

    private func closing(_ code: UInt16 = 403) -> Closing {
        var close = amqp_channel_close_t()
        close.reply_code = code
        return withUnsafeMutablePointer(to: &close) { close in
            ReplyMapping.closing(amqp_method_t(id: Method.channelClose.rawValue, decoded: close))
        }
    }

    @Test("With several unanswered nobody is named, and each of them goes alone until it was answered")
    func several() {
        var culprits = Culprits()
        let all = publications(3, to: "queue")
        #expect(culprits.isEmpty)
        #expect(culprits.channelClosed(closing(), unanswered: all, now: 0) == nil)
        #expect(all.allSatisfy { culprits.goesAlone($0, now: 0) && culprits.refusal(of: $0, now: 0) == nil })
        #expect(!culprits.goesAlone(publications(1, to: "queue", first: 4)[0], now: 0))

        culprits.sentAlone(all[0])
        #expect(culprits.isOneUnderWay)
        culprits.allAnswered()
        #expect(!culprits.isOneUnderWay)
        #expect(all.map { culprits.goesAlone($0, now: 0) } == [false, true, true])

        // A network that breaks is no answer.
        culprits.sentAlone(all[1])
        culprits.lost()
        culprits.allAnswered()
        #expect(all.map { culprits.goesAlone($0, now: 0) } == [false, true, true])
    }

    @Test(
        "The only one unanswered is named; its destination rests, is tried alone, and is forgotten after an answer"
    )
    func one() {
        var culprits = Culprits()
        let (culprit, next) = (publications(1, to: "queue")[0], publications(1, to: "queue", first: 2)[0])
        let other = publications(1, to: "other", first: 3)[0]
        #expect(culprits.channelClosed(closing(406), unanswered: [culprit], now: 0)?.id == culprit.id)
        for publication in [culprit, next] {
            #expect(culprits.refusal(of: publication, now: Self.rest - 1)?.code == 406)
            #expect(culprits.refusal(of: publication, now: Self.rest) == nil)
            #expect(!culprits.goesAlone(publication, now: Self.rest - 1), "it is not sent at all")
            #expect(culprits.goesAlone(publication, now: Self.rest))
        }
        #expect(culprits.refusal(of: other, now: 0) == nil)
        #expect(!culprits.goesAlone(other, now: Self.rest))

        culprits.sentAlone(culprit)
        #expect(culprits.channelClosed(closing(), unanswered: [culprit], now: Self.rest)?.id == culprit.id)
        #expect(culprits.refusal(of: next, now: 2 * Self.rest - 1)?.code == 403)
        culprits.lost()
        culprits.sentAlone(next)
        culprits.allAnswered()
        #expect(culprits.isEmpty)
    }
}
