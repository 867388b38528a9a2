import EmbeddedBroker
import Synchronization
import TestSupport
import Testing

@Suite("Embedded broker: conformance", .timeLimit(Patience.minutes(5)))
struct BrokerConformanceOnEmbeddedBrokerTests {
    @Test("The embedded broker does what the port says", arguments: BrokerConformance.cases)
    func conformance(_ conformanceCase: BrokerConformance.Case) async throws {
        let folder = try BrokerFolder()
        var limits = EmbeddedBrokerLimits()
        // So that a replaced file is soon noticed.
        limits.sweepIntervalMilliseconds = 50
        let names = Mutex(0)
        try await conformanceCase.run(
            BrokerConformance(
                broker: folder.broker(limits),
                uniqueName: { purpose in
                    let number = names.withLock { count in
                        count += 1
                        return count
                    }
                    return "\(purpose)-\(number)"
                },
                breakConnections: { try folder.replaceFile() }
            )
        )
    }
}
