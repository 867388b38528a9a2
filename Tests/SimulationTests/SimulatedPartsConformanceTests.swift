import Foundation
import Simulation
import Store
import Synchronization
import TestSupport
import Testing

@Suite("The simulated parts keep the promises of their ports", .timeLimit(Patience.minutes(5)))
struct SimulatedPartsConformanceTests {
    @Test("The simulated broker does what the port says", arguments: BrokerConformance.cases)
    func broker(_ conformanceCase: BrokerConformance.Case) async throws {
        let driver = BrokerDriver()
        defer { driver.stop() }
        let names = Mutex(0)
        try await conformanceCase.run(
            BrokerConformance(
                broker: driver.broker,
                uniqueName: { purpose in
                    let number = names.withLock { count in
                        count += 1
                        return count
                    }
                    return "\(purpose)-\(number)"
                },
                breakConnections: {
                    _ = driver.broker.cutAll()
                    driver.signal()
                }
            )
        )
    }

    @Test("The simulated store does what the port says", arguments: StoreConformance.checks(for: .all))
    func store(_ check: StoreCheck) throws {
        try check.run(on: SimulatedSubject())
    }
}

private final class SimulatedSubject: StoreSubject {
    private let disk = SimulatedDisk()
    let capabilities = StoreCapabilities.all

    func open() throws -> any Store { try disk.open() }
    func openReader() -> any StoreReader { disk.openReader() }
}

/// Moves a simulated broker's frames on a thread of its own as long as there are any, as a real one would.
private final class BrokerDriver: Sendable {
    let broker: SimulatedBroker
    private let isStopped: Mutex<Bool>
    private let bell = DispatchSemaphore(value: 0)

    init() {
        // A clock that jumps as soon as nothing else is to do: waits take no time.
        let time = JumpingTime()
        let bell = bell
        isStopped = Mutex(false)
        broker = SimulatedBroker(seed: 1, now: { time.now }, wake: { bell.signal() })
        let thread = Thread { [self] in
            var moves: [BrokerMove] = []
            while !isStopped.withLock({ $0 }) {
                moves.removeAll(keepingCapacity: true)
                broker.moves(into: &moves)
                for move in moves { broker.perform(move) }
                guard moves.isEmpty else { continue }
                _ = bell.wait(timeout: .now() + .milliseconds(20))
                if let next = broker.nextMoment { time.jump(to: next) }
            }
        }
        thread.start()
    }

    func signal() { bell.signal() }

    func stop() {
        isStopped.withLock { $0 = true }
        bell.signal()
    }
}

private final class JumpingTime: Sendable {
    private let time = Mutex(Int64(0))
    var now: Int64 { time.withLock { $0 } }
    func jump(to moment: Int64) { time.withLock { $0 = max($0, moment) } }
}
