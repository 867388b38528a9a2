/// The deliveries of one epoch that are not settled, and how to settle them with few frames.
///
/// What is acknowledged or rejected here is sent by `takeSettlements`; a tag of another epoch is never sent.
package struct DeliveryLedger: Sendable {
    /// One frame for the broker.
    package enum Settlement: Sendable, Hashable {
        case acknowledge(tag: UInt64, multiple: Bool)
        case reject(tag: UInt64)
    }

    private enum State {
        case outstanding
        case acknowledged
        case rejected
    }

    private struct Entry {
        var tag: UInt64
        var bytes: Int
        var queue: Int
        var state: State
    }

    /// In the order of delivery, so that tags ascend; its length is bounded by the prefetch.
    private var entries: [Entry] = []
    private var hasSettlements = false
    /// The connection these deliveries came on; nil while there is none.
    package private(set) var epoch: UInt64?
    /// Settlements dropped because they named another epoch.
    package private(set) var staleCount: UInt64 = 0
    /// Settlements dropped because the tag was settled already or never delivered.
    package private(set) var unknownCount: UInt64 = 0

    package init(_ configuration: ConsumerConfiguration) { bytesInHand = BytesInHand(configuration) }

    /// Deliveries handed out and not settled.
    package var outstandingCount: Int { entries.count }
    /// What the bodies take for whose settling nobody has asked yet.
    package private(set) var bytesInHand: BytesInHand

    /// Starts with a new connection.
    package mutating func begin(epoch: UInt64) {
        abandon()
        self.epoch = epoch
    }

    /// Forgets all deliveries, as their connection is gone: the broker will deliver them again.
    package mutating func abandon() {
        epoch = nil
        entries.removeAll(keepingCapacity: true)
        bytesInHand.removeAll()
        hasSettlements = false
    }

    /// Notes a delivery with a body of so many bytes, of the queue at this place of the configuration; false when its tag
    /// does not follow the ones before.
    package mutating func deliver(tag: UInt64, bytes: Int, ofQueue queue: Int) -> Bool {
        guard tag > (entries.last?.tag ?? 0) else { return false }
        entries.append(Entry(tag: tag, bytes: bytes, queue: queue, state: .outstanding))
        bytesInHand.add(bytes, ofQueue: queue)
        return true
    }

    package mutating func setAside(_ queues: Set<String>) { bytesInHand.setAside(queues) }

    package mutating func acknowledge(_ tags: [DeliveryTag]) { settle(tags, as: .acknowledged) }

    package mutating func reject(_ tags: [DeliveryTag]) { settle(tags, as: .rejected) }

    private mutating func settle(_ tags: [DeliveryTag], as state: State) {
        for tag in tags {
            guard tag.epoch == epoch else {
                staleCount += 1
                continue
            }
            guard let index = index(of: tag.number), entries[index].state == .outstanding else {
                unknownCount += 1
                continue
            }
            entries[index].state = state
            bytesInHand.remove(entries[index].bytes, ofQueue: entries[index].queue)
            hasSettlements = true
        }
    }

    private func index(of tag: UInt64) -> Int? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].tag < tag { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].tag == tag ? low : nil
    }

    /// What to send for everything settled since the last call: one frame for a complete prefix, single frames else.
    package mutating func takeSettlements() -> [Settlement] {
        guard hasSettlements else { return [] }
        hasSettlements = false
        var settlements: [Settlement] = []
        var isPrefix = true
        var prefix: (last: UInt64, count: Int)?
        func closePrefix() {
            guard let run = prefix else { return }
            settlements.append(.acknowledge(tag: run.last, multiple: run.count > 1))
            prefix = nil
        }
        entries.removeAll { entry in
            switch entry.state {
            case .outstanding:
                isPrefix = false
                return false
            case .acknowledged where isPrefix:
                prefix = (entry.tag, (prefix?.count ?? 0) + 1)
            case .acknowledged:
                closePrefix()
                settlements.append(.acknowledge(tag: entry.tag, multiple: false))
            case .rejected:
                closePrefix()
                settlements.append(.reject(tag: entry.tag))
            }
            return true
        }
        closePrefix()
        return settlements
    }
}
