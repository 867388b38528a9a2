/// The bounds within which an embedded broker works; the defaults suit a folder on a local disk.
package struct EmbeddedBrokerLimits: Sendable {
    /// How long a transaction waits for another process that holds the file.
    package var lockTimeoutMilliseconds = 10_000
    /// How often an idle consumer looks for messages that another process published.
    package var pollIntervalMilliseconds = 25
    /// How often a consumer looks for sessions whose process has died.
    package var sweepIntervalMilliseconds = 1_000
    /// The first wait after a failure; it doubles until `retrySecondsMax`.
    package var retrySecondsMin = 0.1
    package var retrySecondsMax = 2.0
    /// Messages published, or taken from one queue, in one transaction at most.
    package var groupMessagesMax = 256
    /// Bytes published, or taken from one queue, in one transaction at most; a larger message goes alone.
    package var groupBytesMax = 8 << 20
    /// A publication with a larger body is returned.
    package var bodyBytesMax = 128 << 20
    /// What a consumer gets of a body that is larger than it allows.
    package var cutBodyBytes = 64 << 10
    /// A publication with larger properties is returned, as an AMQP frame could not hold them.
    package var propertiesBytesMax = 128 << 10
    /// Publications waiting for their transaction at most; those beyond are refused.
    package var pendingPublicationsMax = 65_536

    package init() {}
}
