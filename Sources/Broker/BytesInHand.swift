/// What the bodies of unsettled deliveries of a link take, queue by queue, and whether it may read more.
package struct BytesInHand: Sendable {
    private let queues: [String]
    private let bytesMax: Int
    private var bytes: [Int]
    private var isSetAside: [Bool]

    package init(_ configuration: ConsumerConfiguration) {
        queues = configuration.queues
        bytesMax = configuration.inHandBytesMax
        bytes = Array(repeating: 0, count: queues.count)
        isSetAside = Array(repeating: false, count: queues.count)
    }

    /// How much more may come; what belongs to queues that are set aside does not count.
    package var room: Int {
        bytesMax - zip(bytes, isSetAside).reduce(0) { $0 + ($1.1 ? 0 : $1.0) }
    }

    package var isFull: Bool { room <= 0 }

    /// Notes a delivery of the queue at this place of the configuration.
    package mutating func add(_ count: Int, ofQueue queue: Int) { bytes[queue] += count }

    /// Notes that it is settled.
    package mutating func remove(_ count: Int, ofQueue queue: Int) { bytes[queue] -= count }

    package mutating func removeAll() {
        for queue in bytes.indices { bytes[queue] = 0 }
    }

    /// These queues do not count until this is said anew, all others do.
    package mutating func setAside(_ names: Set<String>) { isSetAside = queues.map(names.contains) }
}
