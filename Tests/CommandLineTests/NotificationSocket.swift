import Foundation
import Synchronization
import TestSupport

/// The socket on which a service manager hears of its services.
final class NotificationSocket: Sendable {
    /// What `NOTIFY_SOCKET` says.
    let address: String
    private let descriptor: Int32
    private let heard = Mutex<[String]>([])

    /// Binds one: a name of the abstract name space when it begins with `@`, a path else.
    init(_ address: String) throws {
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure("no socket") }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(address.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else {
            throw TestFailure("\(address) is too long for a socket")
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let descriptor = descriptor
        let isBound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
        }
        guard isBound else { throw TestFailure("\(address) cannot be bound") }
    }

    deinit {
        close(descriptor)
        if !address.hasPrefix("@") { unlink(address) }
    }

    /// Every assignment heard so far, in order.
    var assignments: [String] {
        heard.withLock { heard in
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while case let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)),
                count > 0
            {
                heard += String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(
                    String.init
                )
            }
            return heard
        }
    }
}
