internal import Synchronization

/// How many deliveries have arrived and are not answered yet: a station has drained when there are none.
final class InHand: Sendable {
    private let value = Atomic<Int>(0)

    func add(_ count: Int) { value.add(count, ordering: .relaxed) }
    func remove(_ count: Int) { value.subtract(count, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
}
