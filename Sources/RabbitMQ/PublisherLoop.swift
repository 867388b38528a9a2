import Broker
import CRabbitMQ

/// What the owner of a publisher link asks for.
enum PublisherCommand: Sendable {
    /// Of that epoch only, if one is named.
    case publish([Publication], epoch: UInt64?)
    case close(deadlineSeconds: Double)
}

/// The life of one publisher link, on its own thread: connect, send, collect confirms, and after any doubt all anew.
final class PublisherLoop {
    /// Sent between two looks at what the broker says.
    private static let burstBytesMax = 64 << 10
    /// Publications that wait for room or for the end of an alarm; more are refused.
    static let waitingMax = 65_536

    private let configuration: PublisherConfiguration
    private let connector: Connector
    private let mailbox: Mailbox<PublisherCommand>
    private let counters: CounterBox<PublisherCounters>
    private let handler: @Sendable (PublisherEvent) -> Void
    private var retry: RetryTimer
    private var missing: MissingExchanges
    private var culprits = Culprits()
    private var epoch: UInt64 = 0
    private var isConnected = false
    private var closeDeadline: UInt64?
    /// The time for closing ran out in the middle of sending.
    private var isGivenUp = false

    private var window = ConfirmWindow()
    private var waiting = WaitingLine()
    private var isBlocked = false
    private var confirmed: [Int64] = []
    private var refused: [Int64] = []
    /// When the broker last confirmed something, or had nothing to confirm.
    private var lastProgress: UInt64 = 0
    private var lastHeard: UInt64 = 0

    init(
        configuration: PublisherConfiguration,
        connector: Connector,
        mailbox: Mailbox<PublisherCommand>,
        counters: CounterBox<PublisherCounters>,
        seed: UInt64,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) {
        self.configuration = configuration
        self.connector = connector
        self.mailbox = mailbox
        self.counters = counters
        self.handler = handler
        retry = RetryTimer(seed: seed)
        missing = MissingExchanges(connector: connector)
    }

    func run() {
        while closeDeadline == nil {
            do throws(BrokerError) {
                try serve()
            } catch {
                if !isGivenUp { lose(error) }
            }
            takeCommands()
        }
        let isComplete = window.isEmpty && waiting.isEmpty
        handler(.closed(error: isComplete ? nil : Self.unfinished(window.unanswered + waiting.count)))
    }

    private func lose(_ error: BrokerError) {
        // What was answered before the end is known, and not to be published again.
        report()
        if error.code == .notFound, isConnected { missing.suspect(window.unansweredExchanges) }
        isConnected = false
        culprits.lost()
        window = ConfirmWindow()
        waiting = WaitingLine()
        let seconds = retry.failed()
        counters.update { $0.losses += 1 }
        handler(.lost(epoch: epoch, error: error, retryInSeconds: seconds))
        let deadline = MonotonicClock.deadline(inSeconds: seconds)
        while closeDeadline == nil {
            let milliseconds = MonotonicClock.milliseconds(until: deadline)
            guard milliseconds > 0 else { return }
            mailbox.signal.wait(milliseconds: milliseconds)
            takeCommands()
        }
    }

    private func takeCommands() {
        for command in mailbox.takeAll() {
            switch command {
            case .publish(let publications, let wanted)
            where isConnected && closeDeadline == nil && (wanted ?? epoch) == epoch:
                accept(publications)
            case .publish(let publications, _):
                counters.update { $0.dropped += UInt64(publications.count) }
            case .close(let seconds):
                closeDeadline = closeDeadline ?? MonotonicClock.deadline(inSeconds: seconds)
            }
        }
    }

    private func accept(_ publications: [Publication]) {
        let room = max(0, Self.waitingMax - waiting.count)
        waiting.append(publications.prefix(room))
        refused += publications.dropFirst(room).map(\.id)
    }

    /// One connection from its beginning to its end; returns when the owner ended it, throws when something else did.
    private func serve() throws(BrokerError) {
        let connection = try connector.open()
        try missing.examine(connection)
        try connection.selectConfirms()
        let check = PublicationCheck(frameBytesMax: connection.frameBytesMax, user: connector.address.user)
        let standstill = Standstill(alarmBegan: noteAlarm, goOn: stopWhenOverdue)
        var sender = PublicationSender(for: connection, standstill)
        start()
        // What a broker gives back is compared, not kept.
        var assembler = FrameAssembler(bodyBytesMax: 64 << 10)
        while true {
            takeCommands()
            // With a full socket, the library would get stuck in a heartbeat of ours.
            if isBlocked, !connection.canSend() { try outwaitAlarm(connection, standstill) }
            try receive(connection, &assembler)
            try sendBurst(connection, check, &sender)
            report()
            let now = MonotonicClock.nanoseconds()
            if let closeDeadline, (window.isEmpty && waiting.isEmpty) || now >= closeDeadline {
                connection.close()
                return
            }
            try checkConfirmTime(now)
            if !hasWorkToSend || !connection.canSend() { waitForWork(connection, now) }
        }
    }

    private func start() {
        // Publications of the time without a connection are not ours any more.
        takeCommands()
        window = ConfirmWindow()
        waiting = WaitingLine()
        isBlocked = false
        isConnected = true
        epoch += 1
        lastHeard = MonotonicClock.nanoseconds()
        lastProgress = lastHeard
        retry.connected()
        handler(.connected(epoch: epoch))
    }

    private func receive(
        _ connection: borrowing Connection,
        _ assembler: inout FrameAssembler
    ) throws(BrokerError) {
        _ = try connection.receive(&assembler, lastHeard: &lastHeard) { incoming throws(BrokerError) in
            try take(incoming, connection)
            return true
        }
    }

    private func take(_ incoming: Incoming, _ connection: borrowing Connection) throws(BrokerError) {
        switch incoming {
        case .answered(let tag, let multiple, let isPositive):
            lastProgress = MonotonicClock.nanoseconds()
            let isKnown =
                isPositive
                ? window.answer(tag: tag, multiple: multiple, into: &confirmed)
                : window.answer(tag: tag, multiple: multiple, into: &refused)
            guard isKnown else {
                throw ReplyMapping.protocolViolation("a confirm for the unknown tag \(tag)")
            }
        case .returned(let code, let text, let destination, let content):
            guard let id = window.markReturned(where: { $0.fits(destination, content) }) else {
                throw ReplyMapping.protocolViolation("back a message that was not published")
            }
            counters.update { $0.returned += 1 }
            handler(.returned(id: id, code: code, text: text))
        case .blocked(let reason):
            connection.holdWithoutLimit()
            noteAlarm(reason)
        case .unblocked:
            connection.holdWithLimit()
            isBlocked = false
            lastProgress = MonotonicClock.nanoseconds()
            handler(.unblocked)
        case .flow(let isActive):
            try connection.answerFlow(isActive: isActive)
        case .closed(let error, let closing):
            connection.answerClose(closing)
            // What does not exist is asked for by name.
            if closing.isOfChannel, error.code != .notFound { giveBackCulprit(closing) }
            throw error
        case .delivery, .consumeConfirmed, .cancelled, .cancelConfirmed:
            throw ReplyMapping.protocolViolation("deliveries on a connection that only publishes")
        }
    }

    /// Also when its words were seen before they were taken.
    private func noteAlarm(_ reason: String) {
        guard !isBlocked else { return }
        isBlocked = true
        handler(.blocked(reason: reason))
    }

    private func outwaitAlarm(
        _ connection: borrowing Connection,
        _ standstill: Standstill
    ) throws(BrokerError) {
        var deadline = connection.silenceDeadline(after: lastHeard)
        try unsafe connection.guarded(until: deadline) { _ throws(BrokerError) in
            try connection.waitUntilWritable(isBlocked: true, until: &deadline, standstill)
        }
        lastHeard = MonotonicClock.nanoseconds()
    }

    private func stopWhenOverdue() throws(BrokerError) {
        takeCommands()
        guard let closeDeadline, MonotonicClock.nanoseconds() >= closeDeadline else { return }
        isGivenUp = true
        throw Self.unfinished(window.unanswered + waiting.count)
    }

    private func giveBackCulprit(_ closing: Closing) {
        let culprit = culprits.channelClosed(
            closing,
            unanswered: window.unansweredPublications,
            now: MonotonicClock.nanoseconds()
        )
        guard let culprit else { return }
        counters.update { $0.returned += 1 }
        handler(.returned(id: culprit.id, code: closing.code, text: closing.text))
    }

    /// Whether something may be sent now.
    private var hasWorkToSend: Bool { !waiting.isEmpty && !isBlocked && !isHeldBack }

    /// Whether what waits has to wait for answers to what was sent.
    private var isHeldBack: Bool {
        guard !culprits.isEmpty, !window.isEmpty, let first = waiting.first else { return false }
        return culprits.isOneUnderWay || culprits.goesAlone(first, now: MonotonicClock.nanoseconds())
    }

    private func sendBurst(
        _ connection: borrowing Connection,
        _ check: PublicationCheck,
        _ sender: inout PublicationSender
    ) throws(BrokerError) {
        if window.isEmpty { culprits.allAnswered() }
        guard hasWorkToSend, connection.canSend() else { return }
        missing.recheckWhenDue()
        let start = MonotonicClock.nanoseconds()
        if window.isEmpty { lastProgress = start }
        // Nobody reads meanwhile, and the broker cannot answer what it does not have: that time does not count.
        defer { lastProgress += MonotonicClock.nanoseconds() - start }
        var published: UInt64 = 0
        var dropped: UInt64 = 0
        var deadline = connection.silenceDeadline(after: lastHeard)
        try unsafe connection.guarded(until: deadline) { _ throws(BrokerError) in
            var bytes = 0
            while bytes < Self.burstBytesMax, !isBlocked, !isHeldBack, let publication = waiting.takeFirst() {
                if let refusal = refusal(of: publication, check) {
                    counters.update { $0.returned += 1 }
                    handler(.returned(id: publication.id, code: refusal.code, text: refusal.text))
                } else if window.append(publication) {
                    noteWhetherAlone(publication)
                    try sender.send(publication, on: connection, until: &deadline)
                    published += 1
                } else {
                    dropped += 1
                }
                bytes += publication.message.body.count + 512
            }
            try sender.flush(connection, until: &deadline)
        }
        counters.update {
            $0.published += published
            $0.dropped += dropped
        }
    }

    private func noteWhetherAlone(_ publication: Publication) {
        guard !culprits.isEmpty, culprits.goesAlone(publication, now: MonotonicClock.nanoseconds()) else {
            return
        }
        culprits.sentAlone(publication)
    }

    private func refusal(
        of publication: Publication,
        _ check: PublicationCheck
    ) -> (code: UInt16, text: String)? {
        if let text = check.refusal(of: publication) { return (PublicationCheck.refusalCode, text) }
        let exchange = publication.destination.exchange
        if missing.contains(exchange) { return (404, "there is no exchange \(exchange)") }
        guard !culprits.isEmpty else { return nil }
        return culprits.refusal(of: publication, now: MonotonicClock.nanoseconds()).map { ($0.code, $0.text) }
    }

    private func report() {
        if !confirmed.isEmpty {
            counters.update { $0.confirmed += UInt64(confirmed.count) }
            handler(.confirmed(ids: confirmed))
            confirmed.removeAll(keepingCapacity: true)
        }
        if !refused.isEmpty {
            counters.update { $0.refused += UInt64(refused.count) }
            handler(.refused(ids: refused))
            refused.removeAll()
        }
    }

    /// While the broker is blocked it says nothing about what it has not read: that time does not count.
    private func checkConfirmTime(_ now: UInt64) throws(BrokerError) {
        guard !window.isEmpty, !isBlocked, now >= confirmDeadline else { return }
        throw BrokerError(
            .confirmTimeout,
            "The broker confirmed nothing for \(configuration.confirmTimeoutSeconds) s, "
                + "with \(window.unanswered) publications unanswered",
            remedy: "Look at the broker's load and disks; the publications are made again by themselves",
            mayHaveHappened: true
        )
    }

    private var confirmDeadline: UInt64 {
        lastProgress + UInt64(max(0, min(configuration.confirmTimeoutSeconds, 1e9)) * 1e9)
    }

    private func waitForWork(_ connection: borrowing Connection, _ now: UInt64) {
        var milliseconds = Int32(connection.heartbeatSeconds * 500)
        if !window.isEmpty, !isBlocked {
            milliseconds = min(milliseconds, MonotonicClock.milliseconds(until: confirmDeadline))
        }
        if let closeDeadline {
            milliseconds = min(milliseconds, MonotonicClock.milliseconds(until: closeDeadline))
        }
        let readiness = connection.wait(
            for: mailbox.signal,
            orToSend: hasWorkToSend,
            milliseconds: milliseconds
        )
        if readiness.canRead { lastHeard = MonotonicClock.nanoseconds() }
    }

    private static func unfinished(_ count: Int) -> BrokerError {
        BrokerError(
            .confirmTimeout,
            "The link was closed while \(count) publications had no answer",
            remedy: "Publish them again on the next start",
            mayHaveHappened: true
        )
    }
}

extension Publication {
    /// Whether a message that came back can be this one.
    fileprivate func fits(_ destination: Destination, _ content: Incoming.Content) -> Bool {
        self.destination == destination
            && message.properties.messageID == content.message.properties.messageID
            && UInt64(message.body.count) == content.announcedBytes
            && message.body.starts(with: content.message.body)
    }
}
