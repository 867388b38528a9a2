import ArgumentParser

/// The kinds of faults, by the names they go by.
enum FaultClass: String, CaseIterable, Codable, Sendable, ExpressibleByArgument {
    case workerKilled = "K1"
    case killedAtPoint = "K2"
    case workerTerminated = "K3"
    case workerFrozen = "K4"
    case brokerKilled = "B1"
    case brokerFrozen = "B2"
    case brokerAlarm = "B3"
    case brokerAdministered = "B4"
    case consumerTimeout = "B5"
    case deliveryCount = "B6"
    case blackHole = "N1"
    case cutAtByte = "N2"
    case badNetwork = "N3"
    case diskFull = "D1"
    case slowDisk = "D2"
    case diskError = "D3"
    case repeated = "M1"
    case unreadable = "M2"
    case clockStep = "C1"

    /// What happens, in words.
    var title: String {
        switch self {
        case .workerKilled: "worker killed at a random moment"
        case .killedAtPoint: "worker killed at a named point"
        case .workerTerminated: "worker told to end, drains 1 s or 30 s"
        case .workerFrozen: "worker frozen beyond its heartbeat"
        case .brokerKilled: "broker killed and started"
        case .brokerFrozen: "broker frozen beyond the heartbeat"
        case .brokerAlarm: "broker short of memory or disk"
        case .brokerAdministered: "connections closed, policy, virtual host restarted, queue deleted"
        case .consumerTimeout: "broker takes deliveries back that are held too long"
        case .deliveryCount: "the same messages delivered to dying workers"
        case .blackHole: "network silent, one way or both"
        case .cutAtByte: "connection reset at byte k"
        case .badNetwork: "delay, one byte a packet, 64 kbit/s"
        case .diskFull: "disk full, then freed"
        case .slowDisk: "syncs of 10 ms to 2 s"
        case .diskError: "the n-th write or sync fails"
        case .repeated: "each message 2 to 5 times, shuffled, all again"
        case .unreadable: "messages that nobody can read"
        case .clockStep: "clocks of worker and broker step by up to an hour"
        }
    }

    /// Rounds of a full run, beside the long ones.
    var rounds: Int {
        switch self {
        case .workerKilled: 300
        case .brokerKilled: 50
        case .killedAtPoint: FaultShim.Point.allCases.count * 6
        case .workerTerminated: 20
        case .workerFrozen: 6
        case .brokerFrozen: 6
        case .brokerAlarm: 10
        case .brokerAdministered: 16
        case .consumerTimeout: 4
        case .deliveryCount: 30
        case .blackHole: 12
        case .cutAtByte: 60
        case .badNetwork: 9
        case .diskFull, .slowDisk: 8
        case .clockStep: Course.clockSteps.count
        case .diskError: 40
        case .repeated: 4
        case .unreadable: 10
        }
    }

    /// Lengths of rounds that come after the others in a full run: as long as such a fault gets, where the others are as
    /// short as the same can be seen.
    var longRoundsSeconds: [Double] {
        switch self {
        case .workerFrozen, .brokerFrozen: [60]
        // Of memory, and of disk.
        case .brokerAlarm: [60, 60]
        case .blackHole: [120]
        default: []
        }
    }

    /// Rounds that show that all works.
    var quickRounds: Int {
        switch self {
        case .killedAtPoint: FaultShim.Point.allCases.count
        case .workerKilled, .cutAtByte, .diskError: 4
        case .brokerAdministered: 4
        case .badNetwork: 3
        // More than the limit of deliveries that is shown to count.
        case .deliveryCount: Course.limitedDeliveries + 2
        // The worker, both, the broker, and back.
        case .clockStep: 4
        case .workerTerminated, .brokerAlarm: 2
        default: 1
        }
    }

    /// Whether the worker needs the fault library before it.
    var usesShim: Bool {
        switch self {
        case .killedAtPoint, .consumerTimeout, .deliveryCount, .diskFull, .slowDisk, .diskError, .clockStep:
            true
        default: false
        }
    }

    /// Whether the clock of the broker steps too, which needs one of its own.
    var stepsBroker: Bool { self == .clockStep }

    /// Whether orders come at their pace before the first fault: many deaths over the same messages need those alone.
    var hasSteadyOrders: Bool { self != .deliveryCount }

    /// Whether the worker of the first round lives until the end.
    var keepsWorker: Bool {
        switch self {
        case .workerKilled, .killedAtPoint, .workerTerminated, .deliveryCount, .diskFull, .diskError: false
        default: true
        }
    }
}
