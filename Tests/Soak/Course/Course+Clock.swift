import Foundation
import Orders
import TestSupport

/// C1: clocks that somebody sets.
extension Course {
    /// A course with a broker of its own, which is loaded with the fault library as the worker is.
    static func withStepsOfBroker(
        _ fault: FaultClass,
        folder: URL,
        options: CourseOptions
    ) throws -> Course {
        let place = folder.appendingPathComponent("\(fault.rawValue)-broker")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let shim = try FaultShim(folder: place)
        let server = try RabbitMQServer(nodeEnvironment: shim.environment)
        try server.prepareForSoak(virtualHosts: [fault.rawValue])
        return try Course(fault, server: server, brokerShim: shim, folder: folder, options: options)
    }

    /// By how much the clocks of worker and broker are off: of the worker alone, of both, of the broker alone.
    static let clockSteps: [(worker: Int64, broker: Int64)] = [
        (3_600, 0), (3_600, 3_600), (0, -3_600), (0, 0), (-3_600, 0), (-3_600, -3_600), (0, 3_600), (0, 0),
        (1_800, 0), (-1_800, -1_800), (1_800, 1_800), (-1_800, 0), (-1_800, -1_800), (0, 1_800), (1_800, 0),
        (0, 0),
    ]

    /// C1: forth and back, of the worker and of all.
    func stepClock(_ number: Int) async throws {
        let step = Self.clockSteps[number % Self.clockSteps.count]
        site.shim.stepClock(seconds: step.worker)
        brokerShim?.stepClock(seconds: step.broker)
        try await eventually("the worker to look at a clock that is \(step.worker) s off", seconds: 20) {
            site.shim.clockTold == step.worker
        }
        try await seeClockOfBroker(off: step.broker)
        try await measureRecovery()
        await pause(seconds: options.isQuick ? 0.5 : 2)
    }

    /// The broker says itself what time it has, as its timeouts see it.
    private func seeClockOfBroker(off seconds: Int64) async throws {
        var told = ""
        try await eventually("the broker to be \(seconds) s off, which says \(told)", seconds: 20, every: 0.5)
        {
            told = try site.server.control("eval", "os:system_time(second).")
            guard let now = Int64(told.trimmingCharacters(in: .whitespacesAndNewlines)) else { return false }
            return abs(now - Moment.wall().milliseconds / 1_000 - seconds) < Self.clockReadingSecondsMax
        }
    }

    /// What asking the broker may take.
    private static let clockReadingSecondsMax: Int64 = 60
}
