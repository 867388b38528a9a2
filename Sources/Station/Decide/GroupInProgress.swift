internal import Fulfillment
internal import Messages
internal import Orders
internal import Store

/// A group of hops while it is being decided.
struct GroupInProgress {
    let now: Timestamp
    var changes = HopGroup()
    /// Orders that this group touched, taken out of the cache.
    var entries: [OrderID: OrderEntry] = [:]
    /// Messages of this group, for repetitions within it.
    var seen: [InboxKey: Int64] = [:]
    var acknowledged: [InboundTag] = []
    var rejected: [InboundTag] = []
    var notes: [HopNote] = []
    var hops = 0
    /// What became of the messages, repeated ones aside.
    var outcomes: [MessageOutcome] = []
    var measures: [HopMeasure] = []
    /// The first failure that was told in the present hop.
    var failure: FailureCode?
    /// Why the order that was submitted last is invalid.
    var rejection: FailureCode?
    /// The failed message that is being tried again, until it fails or is taken.
    var resubmitted: FailedRecord?
    /// Timers and expiries that were looked at, whatever came of it.
    var timersDone: [Int64] = []
    var expiriesDone: [Int64] = []
    var awaited: Set<OrderID> = []
    var noLongerAwaited: Set<OrderID> = []

    init(now: Timestamp) { self.now = now }

    mutating func count(_ counter: String, by more: Int64 = 1) {
        changes.counters[counter, default: 0] += more
    }
}

/// A message's identity in the inbox.
struct InboxKey: Hashable {
    var role: RoleName
    var messageID: MessageID

    func _rawHashValue(seed: Int) -> Int {
        role._rawHashValue(seed: messageID._rawHashValue(seed: seed))
    }
}

/// An order as the engine holds it between hops.
///
/// An object that is handed from owner to owner: cache, group, and what is not settled yet.
final class OrderEntry {
    /// `nil` when the store has no such order.
    var state: OrderState?
    var row: Int64
    var sequence: Int64
    var sequenceOfSnapshot: Int64
    /// Whether this group changed it.
    var isChanged = false
    /// Its state could not be kept in memory: until the store is read again, nothing is decided for it.
    var isLost = false
    /// What was said of it and its lines.
    let told = WrittenParts()
    /// What it takes in memory, as it was when it was measured last.
    private var measured: (bytes: Int, sequence: Int64)?

    init(state: OrderState?, row: Int64, sequence: Int64, sequenceOfSnapshot: Int64) {
        self.state = state
        self.row = row
        self.sequence = sequence
        self.sequenceOfSnapshot = sequenceOfSnapshot
    }

    /// About how many bytes of memory it takes; measured anew every so many hops, fewer of them the smaller it is.
    func bytes() -> Int {
        guard let state else { return 0 }
        if let measured, sequence - measured.sequence < Int64(16 + state.lines.count / 4) {
            return measured.bytes + told.bytes
        }
        let bytes = state.estimatedBytes
        measured = (bytes, sequence)
        return bytes + told.bytes
    }
}

/// Names of the persistent counters.
package enum CounterName {
    package static let hops = "hops"
    package static let duplicates = "duplicates"
    /// Messages that the broker confirmed.
    package static let published = "published"
    /// Updates parked within orders that are known, less those applied since.
    package static let parkedInOrders = "parkedInOrders"
    package static let parkedTotal = "parkedTotal"
    package static let timersFired = "timersFired"
    /// Followed by the failure's code.
    package static let errorPrefix = "error."
}

/// A catalog version of a role.
struct CatalogKey: Hashable {
    var role: RoleName
    var version: String
}
