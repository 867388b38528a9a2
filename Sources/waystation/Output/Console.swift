import Foundation
import Glibc

/// Writes results to standard output and remarks to standard error, at once.
enum Console {
    /// One line of a result, or several.
    static func write(_ text: String) { draw(text + "\n") }

    static func write(_ value: JSONValue) { write(value.text) }

    /// A result as it is, without a line's end.
    ///
    /// When nobody can have it, the command is over: its reader has gone, as `head` does, or the disk is full.
    static func draw(_ text: String) {
        let failure = put(text, STDOUT_FILENO)
        guard failure != 0 else { return }
        if failure == EPIPE {
            // What would have happened at once, had nobody switched the signal off.
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        tell("standard output cannot be written: \(String(cString: strerror(failure)))")
        exit(CommandFailure.Status.failed.rawValue)
    }

    /// A remark beside the result; where nobody hears it, the work goes on.
    static func tell(_ text: String) { _ = put(text + "\n", STDERR_FILENO) }

    /// Writes all of it; gives the system's error number, or 0.
    private static func put(_ text: String, _ descriptor: Int32) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

extension String {
    /// The text with control characters made visible: what came in a message must not steer the reader's terminal.
    var printable: String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        guard unicodeScalars.contains(where: isControl) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if isControl(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text as one word of a POSIX shell, quoted only where that is necessary.
    var shellWord: String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=@%+,-")
        if !isEmpty && allSatisfy({ plain.contains($0) }) { return self }
        return "'" + replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
