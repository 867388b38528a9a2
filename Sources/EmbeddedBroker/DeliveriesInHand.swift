import Broker

/// What one session has handed over, and what of it its owner has settled since the last transaction.
struct DeliveriesInHand {
    /// Messages to settle in the next transaction, by their number in the file.
    struct Settlements {
        var acknowledged: [Int64] = []
        var rejected: [Int64] = []
        var isEmpty: Bool { acknowledged.isEmpty && rejected.isEmpty }
    }

    private struct Entry {
        var message: Int64
        var queueIndex: Int
        var bytes: Int
    }

    private var entries: [UInt64: Entry] = [:]
    private var lastNumber: UInt64 = 0
    /// Unsettled deliveries of each queue, by its place in the configuration.
    private(set) var counts: [Int]
    private(set) var bytes: BytesInHand
    private(set) var settlements = Settlements()
    let epoch: UInt64

    init(epoch: UInt64, _ configuration: ConsumerConfiguration, setAside: Set<String>) {
        self.epoch = epoch
        counts = Array(repeating: 0, count: configuration.queues.count)
        bytes = BytesInHand(configuration)
        bytes.setAside(setAside)
    }

    /// Notes one more delivery and gives its tag.
    mutating func add(message: Int64, queueIndex: Int, bytes: Int) -> DeliveryTag {
        lastNumber += 1
        entries[lastNumber] = Entry(message: message, queueIndex: queueIndex, bytes: bytes)
        counts[queueIndex] += 1
        self.bytes.add(bytes, ofQueue: queueIndex)
        return DeliveryTag(epoch: epoch, number: lastNumber)
    }

    /// Takes a delivery for acknowledged; false when its tag is of another epoch or was settled before.
    mutating func acknowledge(_ tag: DeliveryTag) -> Bool {
        guard let message = settle(tag) else { return false }
        settlements.acknowledged.append(message)
        return true
    }

    /// Takes a delivery for rejected; false when its tag is of another epoch or was settled before.
    mutating func reject(_ tag: DeliveryTag) -> Bool {
        guard let message = settle(tag) else { return false }
        settlements.rejected.append(message)
        return true
    }

    mutating func setAside(_ queues: Set<String>) { bytes.setAside(queues) }

    mutating func takeSettlements() -> Settlements {
        defer { settlements = Settlements() }
        return settlements
    }

    private mutating func settle(_ tag: DeliveryTag) -> Int64? {
        guard tag.epoch == epoch, let entry = entries.removeValue(forKey: tag.number) else { return nil }
        counts[entry.queueIndex] -= 1
        bytes.remove(entry.bytes, ofQueue: entry.queueIndex)
        return entry.message
    }
}
