/// Tells the time; passed in everywhere, so that a test or the simulator decides what time it is.
package protocol WallClock: Sendable {
    func now() -> Timestamp
}

/// Makes identifiers for new messages; passed in, so that a run can be repeated.
package protocol IDSource: Sendable {
    func next() -> MessageID
}
