import Foundation
import Glibc

/// Tells the service manager how the process stands (the sd_notify protocol); does nothing without one.
struct ServiceNotification: Sendable {
    private let path: String?
    /// Half of WATCHDOG_USEC: how often a sign of life is due.
    ///
    /// `nil` when no watchdog is set.
    let watchdogSeconds: Double?

    init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"]
        watchdogSeconds = environment["WATCHDOG_USEC"].flatMap { Double($0) }.map { $0 / 2_000_000 }
    }

    func send(_ state: String) {
        guard let path, !path.isEmpty else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        // A leading @ stands for the abstract name space, whose names begin with a zero byte.
        if bytes.first == 64 { bytes[0] = 0 }
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let message = Array(state.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), target, length)
            }
        }
    }
}
