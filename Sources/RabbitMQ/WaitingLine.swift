import Broker

/// Publications in the order in which they are sent.
struct WaitingLine {
    private var publications: [Publication] = []
    private var head = 0

    var isEmpty: Bool { head == publications.count }
    var count: Int { publications.count - head }

    /// The one that is sent next.
    var first: Publication? { isEmpty ? nil : publications[head] }

    mutating func append(_ more: ArraySlice<Publication>) { publications += more }

    mutating func takeFirst() -> Publication? {
        guard head < publications.count else { return nil }
        let first = publications[head]
        head += 1
        if head == publications.count {
            publications.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024, head * 2 >= publications.count {
            publications.removeFirst(head)
            head = 0
        }
        return first
    }
}
