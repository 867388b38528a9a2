package import Broker
import Glibc

/// Where a password comes from; it never shows in descriptions, mirrors or errors.
package struct PasswordSource: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private enum Origin {
        case text(String)
        case file(path: String)
    }

    private static let bytesMax = 4096
    private let origin: Origin

    /// A password that is known already.
    package static func text(_ text: String) -> PasswordSource { PasswordSource(origin: .text(text)) }

    /// A file whose content is the password, read again at each connect; one line break at its end is not part of it.
    package static func file(path: String) -> PasswordSource { PasswordSource(origin: .file(path: path)) }

    package var description: String {
        switch origin {
        case .text: "a password"
        case .file(let path): "the password in \(path)"
        }
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// The password as it is now.
    package func read() throws(BrokerError) -> String {
        switch origin {
        case .text(let text): return text
        case .file(let path): return try Self.readFile(path)
        }
    }

    private static func readFile(_ path: String) throws(BrokerError) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, SystemError.text(errno)) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(
                    descriptor,
                    buffer.baseAddress.map { unsafe $0 + filled },
                    buffer.count - filled
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, SystemError.text(errno)) }
            if count == 0 { break }
            filled += count
        }
        guard filled <= bytesMax else { throw unreadable(path, "it is larger than \(bytesMax) bytes") }
        var content = bytes.prefix(filled)
        if content.last == UInt8(ascii: "\n") { content.removeLast() }
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw unreadable(path, "it is not UTF-8 text")
        }
        guard !text.isEmpty else { throw unreadable(path, "it is empty") }
        return text
    }

    private static func unreadable(_ path: String, _ reason: String) -> BrokerError {
        BrokerError(
            .configuration,
            "The password file \(path) cannot be read: \(reason)",
            remedy: "Make the file readable for this process; it is read again at the next attempt"
        )
    }
}
