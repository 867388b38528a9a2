import Broker
import CRabbitMQ
import Glibc
import Synchronization

/// An eventfd: any thread sets it, the owner waits for it, alone or beside a socket.
final class WakeSignal: Sendable {
    let descriptor: Int32

    init() throws(BrokerError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else {
            throw BrokerError(
                .connectionLost,
                "No event descriptor could be made: \(SystemError.text(errno))",
                remedy: "Raise the limit of open files of this process"
            )
        }
    }

    deinit { close(descriptor) }

    func wake() {
        // The counter cannot overflow: it is cleared by the waiter and raised once a batch.
        _ = eventfd_write(descriptor, 1)
    }

    func clear() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }

    /// Waits until woken or the time is over; -1 waits without end.
    func wait(milliseconds: Int32) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&entry, 1, milliseconds) > 0 { clear() }
    }
}

/// Commands for an owner thread, from any thread.
///
/// The signal is cleared by the wait for it and never by the taking, so that no command is overlooked: a needless wake
/// is all that can happen.
final class Mailbox<Command: Sendable>: Sendable {
    let signal: WakeSignal
    private let commands = Mutex<[Command]>([])

    init(signal: WakeSignal) { self.signal = signal }

    func put(_ command: Command) {
        let wasEmpty = commands.withLock { commands in
            commands.append(command)
            return commands.count == 1
        }
        if wasEmpty { signal.wake() }
    }

    /// All commands so far, in order.
    ///
    /// Only the owner calls this.
    func takeAll() -> [Command] {
        commands.withLock { commands in
            guard !commands.isEmpty else { return [] }
            let taken = commands
            commands = []
            return taken
        }
    }
}
