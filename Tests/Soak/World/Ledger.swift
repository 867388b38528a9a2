import Foundation
import Synchronization

/// A file of lines, each of which is on the disk before anybody acts on it.
final class Ledger: Sendable {
    let path: String
    private let file: Int32
    /// One writer at a time, so that lines of two threads never mix.
    private let problem = Mutex<String?>(nil)

    init(path: String) throws {
        self.path = path
        file = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw SoakProblem("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(file) }

    /// Why a line is missing, if one is.
    var trouble: String? { problem.withLock { $0 } }

    /// Writes the lines and waits until the disk has them; false when it has not.
    func append(_ lines: [String]) -> Bool {
        guard !lines.isEmpty else { return true }
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        return problem.withLock { problem in
            var written = 0
            while written < bytes.count {
                let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                guard count > 0 else {
                    problem = "\(path): \(String(cString: strerror(errno)))"
                    return false
                }
                written += count
            }
            guard fdatasync(file) == 0 else {
                problem = "\(path): \(String(cString: strerror(errno)))"
                return false
            }
            return true
        }
    }
}

/// Why a run could not be made, or what it waited for in vain.
struct SoakProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
