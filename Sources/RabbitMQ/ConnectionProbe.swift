import Glibc

/// Finds out why no connection comes about, by trying once more with the system's own calls.
enum ConnectionProbe {
    /// The system's error number for a connection to a numeric address; 0 when it comes about or nothing is known.
    static func error(_ numeric: String, port: UInt16, until deadline: UInt64) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(numeric, "\(port)", &hints, &list) == 0, let entry = unsafe list else {
            return 0
        }
        defer { unsafe freeaddrinfo(list) }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = unsafe socket(entry.pointee.ai_family, type, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        guard unsafe connect(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen) != 0 else {
            return 0
        }
        guard errno == EINPROGRESS else { return errno }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&waiting, 1, MonotonicClock.milliseconds(until: deadline)) > 0 else {
            return ETIMEDOUT
        }
        var result: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &result, &length) == 0 else { return 0 }
        return result
    }
}
