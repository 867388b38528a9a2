internal import Broker

/// One connection as the broker sees it, with what is on its way in both directions.
///
/// It lives until the broker has noticed that it is gone, which may be long after its client did.
struct Channel {
    /// What a client sends.
    enum ClientFrame {
        case settle(DeliveryLedger.Settlement)
        case cancel
        case publish(Publication)
        case close
    }

    /// What the broker sends.
    enum BrokerFrame {
        case delivery(tag: UInt64, queue: String, message: Message, isRedelivered: Bool)
        case cancelled
        case confirm(tag: UInt64, isMultiple: Bool)
        case refusal(tag: UInt64)
        case comeback(Publication, code: UInt16, text: String)
        case blocked
        case unblocked
        case closed

        /// What it means when it does not arrive.
        var loss: Circumstance? {
            switch self {
            case .delivery: .lostDelivery
            case .confirm: .lostConfirm
            case .refusal: .lostRefusal
            case .comeback: .lostReturn
            case .cancelled, .blocked, .unblocked, .closed: nil
            }
        }
    }

    /// A message that was handed out and is not settled.
    struct Unsettled {
        var tag: UInt64
        var queue: Int
        var message: QueuedMessage
    }

    /// What keeps a confirm from its client.
    enum ConfirmFault {
        /// It never comes; the client's patience ends at that moment.
        case lost(patienceEndsAt: Int64)
        case late(until: Int64)
    }

    let id: Int
    let link: Int
    var toBroker = FrameQueue<ClientFrame>()
    var toClient = FrameQueue<BrokerFrame>()
    /// Nothing moves any more; what was on its way is lost.
    var isCut = false
    /// When the client notices at the earliest that its connection is gone.
    var clientNoticesAt: Int64 = 0
    /// When the broker does.
    var brokerNoticesAt: Int64 = 0
    /// The broker has noticed.
    var isNoticed = false
    /// The client has dropped it.
    var isClientGone = false
    var error: BrokerError?

    // What a consumer reads.
    var queues: [Int] = []
    var prefetch = 0
    /// Queues of which one message at a time is delivered.
    var oneByOne: Set<Int> = []

    func prefetch(ofQueue queue: Int) -> Int { oneByOne.contains(queue) ? 1 : prefetch }

    mutating func narrow(to side: ConsumerSide) {
        oneByOne = Set(zip(queues, side.configuration.queues).filter { side.oneByOne.contains($1) }.map(\.0))
    }
    var bytesMax = 0
    var isConsuming = false
    var unsettled: [Unsettled] = []
    /// The last delivery that has reached the client.
    var arrivedTag: UInt64 = 0

    // What a publisher is owed.
    var publishedTag: UInt64 = 0
    var lastTag: UInt64 = 0
    var unconfirmed: [UInt64] = []
    var confirmsHeldUntil: Int64 = 0
    /// What happens to the next confirm that is owed.
    var confirmFault: ConfirmFault?

    init(id: Int, link: Int) {
        self.id = id
        self.link = link
    }

    /// Messages of a queue that were handed out and are not settled.
    func unsettledCount(ofQueue queue: Int) -> Int {
        var count = 0
        for index in unsettled.indices where unsettled[index].queue == queue { count += 1 }
        return count
    }

    /// Whether anything would be lost or repeated if the connection broke now.
    var hasSomethingToLose: Bool {
        !toBroker.isEmpty || !toClient.isEmpty || !unsettled.isEmpty || !unconfirmed.isEmpty
    }
}
