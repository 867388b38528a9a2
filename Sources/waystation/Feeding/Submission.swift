import Broker
import Orders

/// Sends orders with a bounded number of them unconfirmed, and tells of each what became of it, in order.
struct Submission {
    private struct Pending {
        var id: Int64
        var order: OrderFile
        var role: RoleName
        var queue: String
    }

    private let sender: Sender
    private let timeoutSeconds: Double
    private let keepsResults: Bool
    private var pending: [Pending] = []
    private(set) var results: [JSONValue] = []
    private var sent = 0
    private var told = 0
    private var confirmed = 0

    /// Messages that wait for their confirm, at most.
    private static let windowMax = 256

    /// One that keeps results has them all in ``results`` at the end; else each is written once it is known.
    init(sender: Sender, timeoutSeconds: Double, keepsResults: Bool) {
        self.sender = sender
        self.timeoutSeconds = timeoutSeconds
        self.keepsResults = keepsResults
    }

    mutating func send(_ order: OrderFile, role: RoleName, queue: String) throws(CommandFailure) {
        let message = order.message(now: SystemClock().now())
        for id in sender.send([(.queue(queue), message)]) {
            pending.append(Pending(id: id, order: order, role: role, queue: queue))
        }
        sent += 1
        // The first one shows whether there is a broker at all.
        if sent == 1 { try wait(untilUnanswered: 0) }
        if sender.unansweredCount >= Self.windowMax { try wait(untilUnanswered: Self.windowMax / 2) }
        report()
    }

    mutating func finish() throws(CommandFailure) {
        try wait(untilUnanswered: 0)
        report()
    }

    func close() { sender.close() }

    /// Fails when the broker did not take all of them.
    func requireAllTaken() throws(CommandFailure) {
        guard confirmed == sent else {
            throw CommandFailure(
                .failed,
                "the broker did not take \(sent - confirmed) of \(NameList.count(sent, "order"))"
            )
        }
    }

    private mutating func wait(untilUnanswered count: Int) throws(CommandFailure) {
        do throws(BrokerError) {
            try sender.wait(untilUnanswered: count, deadlineSeconds: timeoutSeconds)
        } catch {
            report()
            let unknown = sent - told
            let remark =
                confirmed == 0 && !error.mayHaveHappened
                ? "Nothing was sent."
                : "\(confirmed) of \(NameList.count(sent, "order")) were confirmed; of \(unknown) nobody knows, and sending "
                    + "them again with the same message ids does no harm."
            throw CommandFailure(.unavailable, "\(error) \(remark)")
        }
    }

    /// Tells those whose fate is known, in the order in which they were sent.
    private mutating func report() {
        var count = 0
        while count < pending.count, let fate = sender.fate(of: pending[count].id) {
            tell(pending[count], fate)
            count += 1
        }
        pending.removeFirst(count)
        told += count
    }

    private mutating func tell(_ item: Pending, _ fate: Sender.Fate) {
        let order = item.order
        let status: String
        switch fate {
        case .confirmed:
            confirmed += 1
            status = "confirmed"
            if !keepsResults {
                Console.write(
                    "\(order.key.rawValue.printable)  \(order.messageID.rawValue.printable)  \(item.queue)"
                )
            }
        case .returned(let reason):
            status = "returned"
            Console.tell(
                "\(order.key.rawValue.printable): the broker has no queue \(item.queue.printable) (\(reason)); declare it with "
                    + "`waystation topology apply`"
            )
        case .refused:
            status = "refused"
            Console.tell(
                "\(order.key.rawValue.printable): queue \(item.queue) refuses messages; look whether it is full"
            )
        }
        guard keepsResults else { return }
        results.append([
            "key": JSONValue(order.key), "messageId": JSONValue(order.messageID),
            "queue": JSONValue(item.queue),
            "role": JSONValue(item.role), "file": JSONValue(order.path), "type": JSONValue(order.name),
            "priority": JSONValue(order.priority.value), "status": JSONValue(status),
        ])
    }
}
