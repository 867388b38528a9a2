import Broker
import Orders
import Station
import Workload

/// The emulated systems, at a fraction of their cost: how a request of a kind is answered is worked out twice.
///
/// The first answer to a kind of request becomes a template, the second proves it: only when the template gives the
/// very same messages, byte by byte, it answers what follows. All other requests are answered by the emulation itself.
struct MemorizingSystems {
    private let systems: [EmulatedSystems]
    private let stream: OrderStream
    private var kinds: [Kind: Knowledge] = [:]
    private(set) var fromTemplate = 0
    private(set) var fromEmulation = 0

    init(systems: [EmulatedSystems], stream: OrderStream) {
        self.systems = systems
        self.stream = stream
    }

    /// The queues that the systems are asked through.
    var queues: [String] { systems.flatMap(\.queues) }

    /// The replies to a request, in order.
    mutating func replies(to delivery: Delivery, now: Timestamp) throws -> [Message] {
        guard let request = RequestParts(delivery, stream: stream) else {
            return try emulated(delivery, now).replies
        }
        switch kinds[request.kind] {
        case .proven(let templates):
            fromTemplate += 1
            return templates.map { $0.message(for: request) }
        case .unprovable: return try emulated(delivery, now).replies
        case .seen(let templates, let attempts):
            let (replies, delays) = try emulated(delivery, now)
            if templates.map({ $0.message(for: request) }) == replies {
                kinds[request.kind] = .proven(templates)
            } else {
                // Two texts that were alike by chance have been taken for each other, or there is more to it.
                kinds[request.kind] =
                    attempts < Self.attemptsMax
                    ? .seen(Self.templates(replies, delays, request), attempts: attempts + 1) : .unprovable
            }
            return replies
        case nil:
            let (replies, delays) = try emulated(delivery, now)
            kinds[request.kind] = .seen(Self.templates(replies, delays, request), attempts: 1)
            return replies
        }
    }

    private static let attemptsMax = 5

    private static func templates(
        _ replies: [Message],
        _ delays: [Int],
        _ request: RequestParts
    ) -> [ReplyTemplate] {
        zip(replies, delays).map { ReplyTemplate($0, delay: $1, request: request) }
    }

    private mutating func emulated(
        _ delivery: Delivery,
        _ now: Timestamp
    ) throws -> (replies: [Message], delays: [Int]) {
        fromEmulation += 1
        guard let system = systems.first(where: { $0.queues.contains(delivery.queue) }) else {
            throw BenchProblem("no system is asked through \(delivery.queue)")
        }
        var delay = 0
        let replies = try system.answer(delivery, now: now).replies
        return (
            replies.map(\.message),
            replies.map { reply in
                delay += reply.afterMilliseconds
                return delay
            }
        )
    }

    /// What is known of a kind of request.
    private enum Knowledge {
        case seen([ReplyTemplate], attempts: Int)
        case proven([ReplyTemplate])
        case unprovable
    }
}

/// Requests of a kind differ in their identifications and times only.
struct Kind: Hashable {
    var queue: String
    /// The component's name without the order's number.
    var component: String
    var bytes: Int
}

/// What of a request goes into its replies.
struct RequestParts {
    var kind: Kind
    var identity: OrderStream.Identity
    var messageID: [UInt8]
    /// The entries of EBMTracking, as they are and as they go on: without the hop that the message came by.
    var tracking: ArraySlice<UInt8>
    var trackingWithoutHops: [UInt8]
    var seconds: UInt64

    init?(_ delivery: Delivery, stream: OrderStream) {
        let body = delivery.message.body
        guard let id = ByteText.range(after: "<corecom:EBMID>", before: "<", in: body),
            let trackingStart = ByteText.find("<corecom:EBMTracking>", in: body, from: id.upperBound),
            let trackingEnd = ByteText.find("</corecom:EBMHeader>", in: body, from: trackingStart),
            let component = ByteText.range(
                after: "schemeID=\"FULFILLMENTORDER_ID\" schemeAgencyID=\"COMMON\">",
                before: "<",
                in: body,
                from: trackingEnd
            ),
            let seconds = delivery.message.properties.timestampSeconds
        else { return nil }
        let name = String(decoding: body[component], as: UTF8.self)
        guard let slash = name.firstIndex(of: "/"), let number = OrderStream.number(ofKey: name[..<slash])
        else { return nil }
        identity = stream.identity(number)
        guard name[..<slash] == identity.key[...] else { return nil }
        messageID = Array(body[id])
        tracking = body[trackingStart..<trackingEnd]
        trackingWithoutHops = Self.withoutHops(body, trackingStart..<trackingEnd)
        self.seconds = seconds
        kind = Kind(
            queue: delivery.queue,
            component: "\(stream.templateName(number))\(name[slash...])",
            bytes: body.count
        )
    }
}

extension RequestParts {
    private static let hopEnd: StaticString = "</corecom:IntermediateMessageHop>"

    fileprivate static func withoutHops(_ body: [UInt8], _ tracking: Range<Int>) -> [UInt8] {
        var rest: [UInt8] = []
        var position = tracking.lowerBound
        while let hop = ByteText.find("<corecom:IntermediateMessageHop>", in: body, from: position),
            hop < tracking.upperBound,
            let end = ByteText.find(hopEnd, in: body, from: hop)
        {
            rest += body[position..<hop]
            position = end + hopEnd.utf8CodeUnitCount
        }
        return rest + body[position..<tracking.upperBound]
    }
}

/// A reply with gaps for what differs from request to request.
struct ReplyTemplate {
    private enum Gap: CaseIterable {
        case tracking
        case trackingWithoutHops
        case messageID
        case key
        case process
        case moment
    }

    private enum Piece {
        case literal([UInt8])
        case gap(Gap)
    }

    private let body: [Piece]
    private let properties: MessageProperties
    private let idSuffix: [UInt8]
    private let correlation: [Piece]
    /// Since the request, in the time that the systems claim to take.
    private let delayMilliseconds: Int

    init(_ reply: Message, delay: Int, request: RequestParts) {
        delayMilliseconds = delay
        properties = reply.properties
        idSuffix = Array(
            reply.properties.messageID.map { Array($0.utf8.dropFirst(request.messageID.count)) } ?? []
        )
        body = Self.pieces(of: reply.body, request, delay)
        correlation = Self.pieces(of: Array((reply.properties.correlationID ?? "").utf8), request, delay)
    }

    private static func pieces(of bytes: [UInt8], _ request: RequestParts, _ delay: Int) -> [Piece] {
        let marks = Gap.allCases.map { Array(text(of: $0, request, delay)) }
        return ByteText.split(bytes, at: marks).map { part in
            switch part {
            case .literal(let bytes): .literal(bytes)
            case .mark(let index): .gap(Gap.allCases[index])
            }
        }
    }

    private static func moment(_ request: RequestParts, _ delay: Int) -> Timestamp {
        Timestamp(milliseconds: 0).advanced(bySeconds: Int64(clamping: request.seconds))
            .advanced(byMilliseconds: Int64(delay))
    }

    private static func text(of gap: Gap, _ request: RequestParts, _ delay: Int) -> ArraySlice<UInt8> {
        switch gap {
        case .tracking: request.tracking
        case .trackingWithoutHops: request.trackingWithoutHops[...]
        case .messageID: request.messageID[...]
        case .key: Array(request.identity.key.utf8)[...]
        case .process: Array(request.identity.process.utf8)[...]
        case .moment: Array(moment(request, delay).text.utf8)[...]
        }
    }

    private static func fill(_ pieces: [Piece], _ request: RequestParts, _ delay: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8_192)
        for piece in pieces {
            switch piece {
            case .literal(let literal): bytes += literal
            case .gap(let gap): bytes += text(of: gap, request, delay)
            }
        }
        return bytes
    }

    /// The reply to that request.
    func message(for request: RequestParts) -> Message {
        var properties = properties
        properties.messageID = String(decoding: request.messageID + idSuffix, as: UTF8.self)
        if properties.correlationID != nil {
            properties.correlationID = String(
                decoding: Self.fill(correlation, request, delayMilliseconds),
                as: UTF8.self
            )
        }
        properties.timestampSeconds = Self.moment(request, delayMilliseconds).unixSeconds
        return Message(properties: properties, body: Self.fill(body, request, delayMilliseconds))
    }
}
