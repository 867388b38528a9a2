import CRabbitMQ
import Glibc

/// Makes the kernel notice a dead peer about as fast as the heartbeat does.
enum KernelTimers {
    static func set(on descriptor: Int32, heartbeatSeconds: Double) {
        let heartbeat = max(1, Int32(heartbeatSeconds))
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, heartbeat)
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPINTVL, max(1, heartbeat / 2))
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPCNT, 2)
        setUserTimeout(on: descriptor, milliseconds: heartbeat * 2000)
    }

    /// How long a peer may take nothing of what is sent; 0 leaves that to the peer as long as it answers at all.
    static func setUserTimeout(on descriptor: Int32, milliseconds: Int32) {
        set(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, milliseconds)
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        let length = socklen_t(MemoryLayout<Int32>.size)
        // Help beside the heartbeat: a kernel that refuses one of them is no reason to stop.
        _ = unsafe setsockopt(descriptor, level, name, &value, length)
    }
}
