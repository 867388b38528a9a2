import Foundation
import Glibc

/// The machine that measures: what of it matters to the figures.
enum Machine {
    /// Nanoseconds of a clock that never steps.
    static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    static func seconds(since start: UInt64) -> Double { Double(nanoseconds() - start) / 1_000_000_000 }

    /// Processes that wanted to run in the last minute, on average.
    static var load: Double {
        var loads = [0.0, 0.0, 0.0]
        return getloadavg(&loads, 3) > 0 ? loads[0] : 0
    }

    static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// The most memory that a process has had at once.
    static func peakKilobytes(process: Int32) -> Int {
        // A process that has just ended has nothing to read.
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }

    /// How long the disk under `folder` takes to make 4 KiB durable, again and again: the times in milliseconds.
    static func syncMilliseconds(folder: URL, times: Int = 200) throws -> [Double] {
        let path = folder.appendingPathComponent("sync.probe").path
        let file = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        guard file >= 0 else { throw BenchProblem("\(path) cannot be written") }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 0x57, count: 4096)
        return try (0..<times).map { _ in
            let start = nanoseconds()
            guard write(file, page, page.count) == page.count, fdatasync(file) == 0 else {
                throw BenchProblem("\(path) cannot be synced")
            }
            return seconds(since: start) * 1_000
        }
    }
}

/// Why something could not be measured.
struct BenchProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
