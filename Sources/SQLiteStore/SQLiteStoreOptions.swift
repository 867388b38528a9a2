package import Orders

/// How a ``SQLiteStore`` is opened; the defaults are the measured ones.
package struct SQLiteStoreOptions: Sendable {
    /// Told to whoever tries to open the same file while this process writes to it.
    package var roles: [RoleName]
    /// How long a commit waits for a lock that somebody else holds against the rules.
    package var busyTimeoutSeconds: Double
    /// Pages of the file kept in memory by who writes.
    package var cacheMebibytes: Int
    /// Pages of the file kept in memory by who looks up orders and messages.
    package var lookupCacheMebibytes: Int
    /// The log is moved into the main file after a commit that made it at least this long.
    package var checkpointPages: Int
    /// The log file is cut down to this size when it starts anew.
    package var logMebibytesKept: Int
    /// A registered SQLite VFS other than the default one: how tests make a disk fail.
    package var fileSystem: String?

    package init(
        roles: [RoleName] = [],
        busyTimeoutSeconds: Double = 5,
        cacheMebibytes: Int = 24,
        lookupCacheMebibytes: Int = 8,
        checkpointPages: Int = 10_000,
        logMebibytesKept: Int = 128,
        fileSystem: String? = nil
    ) {
        self.roles = roles
        self.busyTimeoutSeconds = busyTimeoutSeconds
        self.cacheMebibytes = cacheMebibytes
        self.lookupCacheMebibytes = lookupCacheMebibytes
        self.checkpointPages = checkpointPages
        self.logMebibytesKept = logMebibytesKept
        self.fileSystem = fileSystem
    }
}
