package import Orders
internal import Synchronization

/// Message ids that count up, so that every run makes the same ones.
package final class SequentialIDs: IDSource {
    private let prefix: String
    private let count = Mutex(0)

    package init(prefix: String = "message") { self.prefix = prefix }

    package func next() -> MessageID {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return MessageID(rawValue: "\(prefix)-\(number)")
    }
}
