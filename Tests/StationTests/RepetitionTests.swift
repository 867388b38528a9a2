import Broker
import Catalog
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Deliveries repeated and out of order")
struct RepetitionTests {
    private static func triplePlay(_ change: (Loopback) -> Void = { _ in }) throws -> Loopback {
        let loopback = try Loopback()
        change(loopback)
        loopback.put(
            try Loopback.example("broadband/orders/triple-play.xml"),
            into: Loopback.intake,
            id: "t-1"
        )
        try loopback.runToQuiet()
        return loopback
    }

    /// Nothing that is done is undone, in the journal of any order.
    private static func expectNoRegression(
        _ loopback: Loopback,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for order in try loopback.orders() {
            let role = try #require(loopback.roles.first { $0.role == order.id.role })
            let tree = role.catalog.fulfillment.states
            var stage: [String: Int] = [:]
            func note(_ what: String, _ state: StateName) {
                let next: Int =
                    switch tree.root(of: state) {
                    case .open: 0
                    case .inProgress: 1
                    case .complete, .failed, .cancelled: 2
                    }
                #expect(
                    next >= stage[what, default: 0],
                    "\(order.id): \(what) went back to \(state)",
                    sourceLocation: sourceLocation
                )
                stage[what] = next
            }
            var milestones: Set<String> = []
            for event in try loopback.events(order.id.role, order.id.key) {
                switch event {
                case .lineProgressed(let component, let line, let state, _):
                    note("\(component) \(line)", state)
                case .componentProgressed(let component, let state, _): note("\(component)", state)
                case .lineStateChanged(let line, let state): note("line \(line)", state)
                case .statusChanged(let state): note("order", state)
                case .milestoneReached(let line, let milestone):
                    #expect(
                        milestones.insert("\(line) \(milestone)").inserted,
                        "milestone twice",
                        sourceLocation: sourceLocation
                    )
                default: break
                }
            }
            #expect(!stage.isEmpty, sourceLocation: sourceLocation)
        }
    }

    @Test("every message twice: the same end, one request a component, nothing reported twice (A26, A60)")
    func twice() throws {
        let reference = try Self.triplePlay()
        let loopback = try Self.triplePlay { $0.arrange = { $0.flatMap { [$0, $0] } } }
        try loopback.expectAllComplete()
        #expect(try loopback.outcomes() == reference.outcomes())
        #expect(loopback.requests().mapValues(\.count) == reference.requests().mapValues(\.count))
        #expect(loopback.requests().values.allSatisfy { $0.count == 1 })
        #expect(
            loopback.messages(in: "AIA_UPDSO_OUT_JMSQ").count
                == reference.messages(in: "AIA_UPDSO_OUT_JMSQ").count
        )
        #expect(try loopback.counter("duplicates") >= loopback.counter("hops") / 2)
        #expect(loopback.faults.isEmpty)
        try Self.expectNoRegression(loopback)
    }

    @Test(
        "messages of each round in another order: the same end, and nothing goes back (A29, A61)",
        arguments: 1...50
    )
    func shuffled(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let loopback = try Self.triplePlay { $0.arrange = { $0.shuffled(using: &random) } }
        try loopback.expectAllComplete()
        let requests = loopback.requests()
        #expect(requests.values.allSatisfy { $0.count == 1 })
        #expect(loopback.faults.isEmpty, "\(loopback.faults)")
        let reference = try Self.reference.get()
        #expect(try loopback.outcomes() == reference.outcomes)
        #expect(Set(requests.keys) == reference.requests)
        try Self.expectNoRegression(loopback)
    }

    private struct Reference: Sendable {
        var outcomes: [OrderID: Outcome]
        var requests: Set<String>
    }

    private static let reference = Result {
        let loopback = try triplePlay()
        return Reference(outcomes: try loopback.outcomes(), requests: Set(loopback.requests().keys))
    }
}
