import Broker
import Foundation

/// The life of one publisher link, on its own thread: what has been given is written in groups, each one
/// durable transaction, and confirmed when it is.
final class PublisherLoop {
    /// Without work only a command can change anything.
    private static let idleWaitMilliseconds = 60_000
    /// The longest wait for confirms at closing, whatever deadline is given.
    private static let closingSecondsMax = 3_600.0
    private static let noRoute: UInt16 = 312
    private static let notFound: UInt16 = 404

    private let broker: EmbeddedBroker
    private let link: EmbeddedPublisher
    private let handler: @Sendable (PublisherEvent) -> Void

    private var storage: Storage?
    private var epoch: UInt64 = 0
    private var pending: [Publication] = []
    /// The first of `pending` that is not written yet.
    private var head = 0
    private var pendingIDs: Set<Int64> = []
    private var closingAt: MonotonicTime?
    private var retry: RetrySchedule

    init(
        broker: EmbeddedBroker,
        link: EmbeddedPublisher,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) {
        self.broker = broker
        self.link = link
        self.handler = handler
        retry = RetrySchedule(broker.limits, seed: 0)
    }

    func run() {
        while true {
            note(link.inbox.take(waitingMilliseconds: waitMilliseconds()))
            if let closingAt, storage == nil || head == pending.count || closingAt <= .current() {
                let rest = pending.count - head
                handler(.closed(error: rest == 0 ? nil : Self.unfinished(rest)))
                return
            }
            do throws(BrokerError) {
                try turn()
            } catch {
                lose()
                guard error.isRetryable else {
                    handler(.closed(error: error))
                    return
                }
                handler(.lost(epoch: epoch, error: error, retryInSeconds: retry.failed()))
            }
        }
    }

    private func note(_ mail: Inbox<PublisherCommand>.Mail) {
        for command in mail.commands {
            switch command {
            case .publish(let publications, let wanted):
                accept(publications, epoch: wanted ?? epoch)
            case .refuse(let ids):
                if storage != nil { handler(.refused(ids: ids)) }
            case .close(let seconds):
                guard closingAt == nil else { break }
                let bounded = min(max(0, seconds), Self.closingSecondsMax)
                closingAt = MonotonicTime.current().advanced(milliseconds: Int(bounded * 1_000))
            }
        }
    }

    private func accept(_ publications: [Publication], epoch wanted: UInt64) {
        // Not connected, or no more, means dropped: the caller publishes all of it again after `.connected`.
        // What waits for its answer already is not written twice.
        let accepted =
            storage == nil || closingAt != nil || wanted != epoch
            ? [] : publications.filter { pendingIDs.insert($0.id).inserted }
        pending.append(contentsOf: accepted)
        link.finished(publications.count - accepted.count)
    }

    private func waitMilliseconds() -> Int {
        if closingAt != nil { return 0 }
        guard storage != nil else { return retry.milliseconds(from: .current()) }
        return head < pending.count ? 0 : Self.idleWaitMilliseconds
    }

    private func turn() throws(BrokerError) {
        guard let storage else {
            guard retry.milliseconds(from: .current()) == 0 else { return }
            return try connect()
        }
        guard head < pending.count else { return }
        guard storage.isInPlace else {
            throw StorageFailure.replaced(folder: storage.files.folder)
        }
        try writeGroup(storage)
    }

    private func connect() throws(BrokerError) {
        let storage = try broker.storage()
        self.storage = storage
        epoch += 1
        handler(.connected(epoch: epoch))
    }

    /// Writes the oldest publications in one transaction and answers each of them.
    private func writeGroup(_ storage: Storage) throws(BrokerError) {
        let group = takeGroup()
        if !group.prepared.isEmpty {
            let fates = try storage.transaction { transaction in try transaction.publish(group.prepared) }
            retry.succeeded()
            answer(group.prepared, fates)
        }
        for (id, text) in group.impossible {
            handler(.returned(id: id, code: PublicationPreparation.refusalCode, text: text))
        }
    }

    private func answer(_ publications: [PreparedPublication], _ fates: [PublicationFate]) {
        if fates.contains(.routed) { broker.nudge() }
        var confirmed: [Int64] = []
        confirmed.reserveCapacity(fates.count)
        for (publication, fate) in zip(publications, fates) {
            switch fate {
            case .routed:
                confirmed.append(publication.id)
            case .unroutable:
                handler(.returned(id: publication.id, code: Self.noRoute, text: "NO_ROUTE"))
            case .missingExchange:
                // RabbitMQ would close the channel and leave its neighbors in doubt; not so here.
                let name = publication.destination.exchange
                handler(.returned(id: publication.id, code: Self.notFound, text: "no exchange \(name)"))
            }
        }
        if !confirmed.isEmpty { handler(.confirmed(ids: confirmed)) }
    }

    private struct Group {
        var prepared: [PreparedPublication] = []
        var impossible: [(id: Int64, text: String)] = []
    }

    private func takeGroup() -> Group {
        var group = Group()
        var bytes = 0
        let preparation = PublicationPreparation(limits: broker.limits)
        let start = head
        while head < pending.count, head - start < broker.limits.groupMessagesMax {
            let publication = pending[head]
            let size = publication.message.body.count
            if head > start, bytes + size > broker.limits.groupBytesMax { break }
            bytes += size
            switch preparation.prepare(publication) {
            case .ready(let prepared): group.prepared.append(prepared)
            case .impossible(let text): group.impossible.append((publication.id, text))
            }
            pendingIDs.remove(publication.id)
            head += 1
        }
        link.finished(head - start)
        dropWritten()
        return group
    }

    private func dropWritten() {
        if head == pending.count {
            pending.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= broker.limits.groupMessagesMax, head * 2 >= pending.count {
            pending.removeFirst(head)
            head = 0
        }
    }

    private func lose() {
        if let storage { broker.discard(storage) }
        storage = nil
        link.finished(pending.count - head)
        pending = []
        pendingIDs = []
        head = 0
    }

    private static func unfinished(_ count: Int) -> BrokerError {
        BrokerError(
            .confirmTimeout,
            "the link was closed before \(count) publications were written",
            remedy: "Publish them again on the next start."
        )
    }
}
