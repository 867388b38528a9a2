/// Items that wait for a decider, in order: taken from the front, added at the end.
struct WorkLine {
    private var items: [WorkItem]
    /// The first that still waits; those before it are removed many at a time.
    private var head = 0

    init(_ items: [WorkItem] = []) { self.items = items }

    var count: Int { items.count - head }
    var isEmpty: Bool { head == items.count }
    var elements: ArraySlice<WorkItem> { items[head...] }

    mutating func append(_ more: [WorkItem]) {
        if isEmpty {
            items = more
            head = 0
        } else {
            items += more
        }
    }

    /// These go before all others.
    mutating func prepend(_ more: [WorkItem]) {
        items = more + elements
        head = 0
    }

    /// Lets go of the first ones, which the caller has seen in ``elements``.
    mutating func removeFirst(_ count: Int) {
        head += count
        if isEmpty {
            items.removeAll()
            head = 0
        } else if head >= 256, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll(where isGone: (WorkItem) -> Bool) {
        items.removeFirst(head)
        head = 0
        items.removeAll(where: isGone)
    }
}
