/// When a role takes no more messages, because all of them fail the same way.
package struct KillSwitchConfiguration: Sendable, Hashable {
    /// Messages that fail with the same code one after the other until the role pauses; 0 for never.
    package var failures: Int
    /// How long a paused role waits before it tries a single message.
    package var probeSeconds: Int

    package init(failures: Int = 100, probeSeconds: Int = 10) {
        self.failures = failures
        self.probeSeconds = probeSeconds
    }
}
