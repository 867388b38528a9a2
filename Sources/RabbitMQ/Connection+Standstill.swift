import Broker
import CRabbitMQ
import Glibc

/// What a publisher does while its broker takes nothing.
struct Standstill {
    /// Called with the reason when the broker is found to have an alarm.
    let alarmBegan: (String) -> Void
    /// Called every now and then during an alarm; throws when there is no more time to wait.
    let goOn: () throws(BrokerError) -> Void
}

extension Connection {
    private static let lookMilliseconds: Int32 = 250
    private static let unreadBytesMax = 256 << 10

    /// Waits until the socket takes more.
    ///
    /// A broker with an alarm takes nothing for as long as that lasts: then what it says, heartbeats at least, shows that
    /// it lives. Any other one has until the deadline.
    func waitUntilWritable(
        isBlocked: Bool,
        until deadline: inout UInt64,
        _ standstill: Standstill
    ) throws(BrokerError) {
        var isBlocked = isBlocked
        var known = isBlocked ? unreadBytes : 0
        while true {
            let milliseconds = min(MonotonicClock.milliseconds(until: deadline), Self.lookMilliseconds)
            guard milliseconds > 0 else { throw Self.silent() }
            var entry = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            if unsafe poll(&entry, 1, milliseconds) > 0 { return }
            let unread = unreadBytes
            if unread != known {
                known = unread
                if let alarm = unreadAlarm() {
                    isBlocked = false
                    if case .began(let reason) = alarm {
                        isBlocked = true
                        holdWithoutLimit()
                        standstill.alarmBegan(reason)
                    }
                }
                if isBlocked { extend(&deadline, bySeconds: silenceSecondsMax) }
            }
            if isBlocked { try standstill.goOn() }
        }
    }

    /// Has the kernel keep the connection though the peer takes nothing: during an alarm, heartbeats alone tell.
    func holdWithoutLimit() { KernelTimers.setUserTimeout(on: socket, milliseconds: 0) }

    /// The alarm is over.
    func holdWithLimit() { KernelTimers.set(on: socket, heartbeatSeconds: heartbeatSeconds) }

    private var unreadBytes: Int {
        var count: Int32 = 0
        return unsafe ioctl(socket, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// Nil as well when nothing can be told: with TLS, and when the library holds the beginning of a frame.
    private func unreadAlarm() -> UnreadWords.Alarm? {
        guard isPlain, isBetweenFrames else { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.unreadBytesMax)
        let count = unsafe recv(socket, &bytes, bytes.count, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return UnreadWords.alarm(in: Array(bytes.prefix(max(0, count))))
    }
}
