import Foundation

/// The fault library's numbers in a file that the worker has mapped; see `CFaultShim.h`, whose order this follows.
final class FaultShim: Sendable {
    /// Where a worker can be killed.
    enum Point: Int64, CaseIterable, Codable, Sendable {
        case logWrite = 1
        case logSync
        case logSynced
        case checkpointWrite
        case checkpointSync
        case delivered
        case confirmed
        case publish
        case publishHalf
        case published
        case acknowledge
        case acknowledgeHalf
        case acknowledged

        var name: String { "\(self)" }
    }

    private enum Slot: Int {
        case armed = 0
        case countdown = 1
        case hit = 2
        case clockSeconds = 3
        case syncMicroseconds = 4
        case diskIsFull = 5
        case writeCountdown = 6
        case syncCountdown = 7
        case failed = 8
        case slowed = 9
        case clockTold = 10
        case passed = 16
    }

    private static let slots = 64
    private let file: Int32
    private let path: String
    private let library: URL

    /// Makes the file, with nothing that goes wrong.
    init(folder: URL) throws {
        path = folder.appendingPathComponent("faults").path
        library = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("libFaultShim.so")
        guard FileManager.default.fileExists(atPath: library.path) else {
            throw SoakProblem("\(library.path) is not built; run `swift build --product FaultShim`")
        }
        file = open(path, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0, ftruncate(file, off_t(Self.slots * 8)) == 0 else {
            throw SoakProblem("\(path) cannot be made")
        }
    }

    deinit { close(file) }

    /// What a worker needs to have these faults.
    var environment: [String: String] {
        // In builds with the address sanitizer this library may stand before that one.
        let sanitizer = [ProcessInfo.processInfo.environment["ASAN_OPTIONS"], "verify_asan_link_order=0"]
        return [
            "LD_PRELOAD": library.path, "FAULT_SHIM_CONTROL": path,
            "ASAN_OPTIONS": sanitizer.compactMap { $0 }.joined(separator: ":"),
        ]
    }

    private func set(_ slot: Slot, _ value: Int64) {
        var value = value
        pwrite(file, &value, 8, off_t(slot.rawValue * 8))
    }

    private func get(_ slot: Slot, after offset: Int = 0) -> Int64 {
        var value: Int64 = 0
        pread(file, &value, 8, off_t((slot.rawValue + offset) * 8))
        return value
    }

    /// Has the worker killed when it passes that point for the n-th time from now.
    func arm(_ point: Point, passing count: Int64) {
        set(.hit, 0)
        set(.countdown, count)
        set(.armed, point.rawValue)
    }

    func disarm() {
        set(.armed, 0)
        set(.countdown, 0)
    }

    /// The point that has killed a worker since it was armed.
    var hit: Point? { Point(rawValue: get(.hit)) }

    func passed(_ point: Point) -> Int { Int(get(.passed, after: Int(point.rawValue))) }

    /// Until it is asked again, what the clock has told is no step of ours.
    func stepClock(seconds: Int64) {
        set(.clockSeconds, seconds)
        set(.clockTold, .max)
    }
    /// By how much the time was wrong that a worker was last told since the clock was stepped; nil before.
    var clockTold: Int64? {
        let told = get(.clockTold)
        return told == .max ? nil : told
    }
    func slowSyncs(milliseconds: Int64) { set(.syncMicroseconds, milliseconds * 1_000) }
    func fillDisk(_ isFull: Bool) { set(.diskIsFull, isFull ? 1 : 0) }
    func failWrite(_ number: Int64) { set(.writeCountdown, number) }
    func failSync(_ number: Int64) { set(.syncCountdown, number) }
    /// Writes and syncs that were made to fail so far.
    var failed: Int { Int(get(.failed)) }
    /// Syncs that were made to take longer so far.
    var slowed: Int { Int(get(.slowed)) }

    /// Nothing goes wrong any more.
    func heal() {
        disarm()
        stepClock(seconds: 0)
        slowSyncs(milliseconds: 0)
        fillDisk(false)
        failWrite(0)
        failSync(0)
    }
}
