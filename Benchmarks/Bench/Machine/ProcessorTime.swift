import Foundation

/// Processor time of a process, thread by thread, as the kernel accounts for it.
struct ProcessorTime: Sendable {
    /// By the threads' names, without the numbers that tell threads of one kind apart.
    var nanosecondsByThread: [String: UInt64] = [:]

    var nanoseconds: UInt64 { nanosecondsByThread.values.reduce(0, +) }

    init() {}

    /// What a running process has used so far; threads that have ended are not in it.
    init(process: Int32) {
        let tasks = "/proc/\(process)/task"
        // A process or thread that has just ended has nothing to read.
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        for thread in threads {
            guard let name = try? String(contentsOfFile: "\(tasks)/\(thread)/comm", encoding: .utf8),
                let account = try? String(contentsOfFile: "\(tasks)/\(thread)/schedstat", encoding: .utf8),
                let running = account.split(separator: " ").first.flatMap({ UInt64($0) })
            else { continue }
            nanosecondsByThread[Self.kind(name), default: 0] += running
        }
    }

    private static func kind(_ name: String) -> String {
        var kind = name.trimmingCharacters(in: .whitespacesAndNewlines)
        while let last = kind.last, last.isNumber || last == "-" { kind.removeLast() }
        return kind.isEmpty ? name : kind
    }

    static func - (later: ProcessorTime, earlier: ProcessorTime) -> ProcessorTime {
        var difference = ProcessorTime()
        for (name, nanoseconds) in later.nanosecondsByThread {
            let before = earlier.nanosecondsByThread[name] ?? 0
            difference.nanosecondsByThread[name] = nanoseconds > before ? nanoseconds - before : 0
        }
        return difference
    }

    static func + (left: ProcessorTime, right: ProcessorTime) -> ProcessorTime {
        var sum = left
        for (name, nanoseconds) in right.nanosecondsByThread {
            sum.nanosecondsByThread[name, default: 0] += nanoseconds
        }
        return sum
    }

    /// Microseconds for each of so many, all threads together.
    func microseconds(per count: Int) -> Double {
        count > 0 ? Double(nanoseconds) / 1_000 / Double(count) : 0
    }

    /// Microseconds for each of so many, by thread; what is too little to matter is left out.
    func microsecondsByThread(per count: Int) -> [String: Double] {
        guard count > 0 else { return [:] }
        return
            nanosecondsByThread
            .mapValues { Double($0) / 1_000 / Double(count) }
            .filter { $0.value >= 0.1 }
    }
}
