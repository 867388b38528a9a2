import Broker
import Glibc

/// A lock on a session's file that the kernel releases when its process ends, however it ends.
final class SessionLock: Sendable {
    private let descriptor: Int32

    /// Makes the file and locks it.
    init(path: String) throws(BrokerError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw BrokerError(
                .storage,
                "the session file \(path) cannot be made (error \(errno))",
                remedy: "Check that this user may write in the folder and that the disk has room."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            throw BrokerError(
                .storage,
                "the session file \(path) cannot be locked (error \(number))",
                remedy: "Keep the folder on a local disk that supports flock."
            )
        }
    }

    deinit { close(descriptor) }

    /// Whether nobody holds the lock of this session any more.
    ///
    /// When in doubt it is taken to be alive.
    static func isAbandoned(path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }
}
