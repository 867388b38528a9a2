internal import Foundation
internal import Orders
internal import Store

/// Holds `FILE.owner` locked while a store is open, so that a second writer learns who the first one is.
///
/// The lock belongs to the open file, so that it ends with the process however that ends. The file stays behind,
/// empty: deleting it would let two processes lock two files of that name.
final class OwnerLock {
    private static let descriptionBytesMax = 512
    private let descriptor: CInt

    private init(descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Gives the lock up.
    func release() {
        ftruncate(descriptor, 0)
        flock(descriptor, LOCK_UN)
    }

    static func acquire(
        forFile path: String,
        roles: [RoleName],
        clock: any WallClock
    ) throws(StoreError) -> OwnerLock {
        let lockPath = path + ".owner"
        let descriptor = unsafe open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StoreError(
                .unreachable,
                "\(lockPath) cannot be opened: \(reason(errno))",
                remedy: "Check that the folder exists and that this user may write to it."
            )
        }
        let lock = OwnerLock(descriptor: descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            guard code == EWOULDBLOCK else {
                throw StoreError(
                    .unreachable,
                    "\(lockPath) cannot be locked: \(reason(code))",
                    remedy: "Put the store on a file system with locks."
                )
            }
            throw StoreError(
                .ownedByAnother,
                "\(path) is written by \(read(descriptor) ?? "a process that is just starting")",
                remedy: "Stop that process, or give this one a store of its own."
            )
        }
        lock.write(owner(roles: roles, since: clock.now()))
        return lock
    }

    /// Such as `process 4711 on orders-1 as COM, SOM since 2026-01-31T09:15:00.000Z`.
    private static func owner(roles: [RoleName], since: Timestamp) -> String {
        let names = roles.map(\.rawValue).joined(separator: ", ")
        let role = names.isEmpty ? "" : " as \(names)"
        return "process \(getpid()) on \(hostName())\(role) since \(since.text)"
    }

    private func write(_ owner: String) {
        // Best effort: the lock counts, the text only helps people.
        ftruncate(descriptor, 0)
        let bytes = Array(owner.utf8.prefix(Self.descriptionBytesMax)) + [UInt8(ascii: "\n")]
        _ = unsafe pwrite(descriptor, bytes, bytes.count, 0)
    }

    private static func read(_ descriptor: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: descriptionBytesMax)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let line = bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line, as: UTF8.self)
    }

    private static func hostName() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&bytes, bytes.count - 1) == 0 else { return "this machine" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// What the system says about an error number.
func reason(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }
