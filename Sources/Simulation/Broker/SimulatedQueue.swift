internal import Broker

/// A message as a queue keeps it.
struct QueuedMessage {
    /// Its place in the queue, which it keeps when it comes back.
    var position: Int64
    var message: Message
    /// Under which it was published, for the record of its death.
    var destination: Destination
    var isRedelivered = false
    /// The link that had it last, when it came there at all.
    var lastHolder: Int?
}

/// One queue: what waits in it, in order, and how it treats what is published to it.
struct SimulatedQueue {
    /// What the queue does with publications for now.
    enum Mood {
        case accepting
        /// Answers with a nack, as a full queue does.
        case refusing
        /// As if it were not there, for who publishes.
        case unreachable
    }

    var declaration: Topology.Queue
    var mood = Mood.accepting { didSet { isMoodMet = false } }
    /// A publication has met this mood.
    var isMoodMet = false
    private var waiting: [QueuedMessage] = []
    private var head = 0
    private var nextPosition: Int64 = 1

    init(_ declaration: Topology.Queue) { self.declaration = declaration }

    var name: String { declaration.name }
    var count: Int { waiting.count - head }
    var isEmpty: Bool { head == waiting.count }

    mutating func append(_ message: Message, destination: Destination, isRedelivered: Bool = false) {
        waiting.append(
            QueuedMessage(
                position: nextPosition,
                message: message,
                destination: destination,
                isRedelivered: isRedelivered
            )
        )
        nextPosition += 1
    }

    mutating func takeFirst() -> QueuedMessage? {
        guard head < waiting.count else { return nil }
        let message = waiting[head]
        head += 1
        if head == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            head = 0
        }
        return message
    }

    /// Takes messages back that were handed out and not settled: to their places, marked.
    mutating func takeBack(_ messages: [QueuedMessage]) {
        var all = Array(waiting[head...])
        for var message in messages {
            message.isRedelivered = true
            all.append(message)
        }
        waiting = all.sorted { $0.position < $1.position }
        head = 0
    }

    /// The message that waits at a place counted from the front.
    func message(at index: Int) -> Message? {
        head + index < waiting.count ? waiting[head + index].message : nil
    }

    /// Puts a second copy of a waiting message at the end, as a publisher does that heard no confirm.
    mutating func `repeat`(at index: Int) -> Bool {
        guard head + index < waiting.count else { return false }
        let message = waiting[head + index]
        append(message.message, destination: message.destination)
        return true
    }

    /// Lets two neighbors change places.
    mutating func swap(at index: Int) -> Bool {
        let first = head + index
        guard first + 1 < waiting.count else { return false }
        (waiting[first].message, waiting[first + 1].message) =
            (waiting[first + 1].message, waiting[first].message)
        (waiting[first].destination, waiting[first + 1].destination) =
            (waiting[first + 1].destination, waiting[first].destination)
        (waiting[first].isRedelivered, waiting[first + 1].isRedelivered) =
            (waiting[first + 1].isRedelivered, waiting[first].isRedelivered)
        return true
    }
}
