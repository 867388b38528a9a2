internal import Broker
package import Orders

/// What went wrong with a store, whether it may have happened all the same, and what to do.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure; codes are published names and are never reused for something else.
    package struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }

        /// The file cannot be opened or made.
        package static let unreachable = Code(rawValue: "STORE_UNREACHABLE")
        /// Another process writes to this store.
        package static let ownedByAnother = Code(rawValue: "STORE_OWNED_BY_ANOTHER")
        /// Locked for longer than the time-out.
        package static let busy = Code(rawValue: "STORE_BUSY")
        /// No space left.
        package static let full = Code(rawValue: "STORE_FULL")
        /// A sync or write failed: what is on disk is unknown, the process must stop and start anew.
        package static let inputOutput = Code(rawValue: "STORE_IO")
        /// The file is damaged.
        package static let damaged = Code(rawValue: "STORE_DAMAGED")
        /// The schema is newer than this program.
        package static let tooNew = Code(rawValue: "STORE_TOO_NEW")
        /// Full durability could not be switched on.
        package static let notDurable = Code(rawValue: "STORE_NOT_DURABLE")
        /// The address makes no sense, or names a file that is no store.
        package static let configuration = Code(rawValue: "STORE_CONFIGURATION")
        /// The caller broke the port's contract (closed store, doubled key).
        package static let contract = Code(rawValue: "STORE_CONTRACT")
    }

    package var code: Code
    package var message: String
    package var remedy: String
    /// Whether trying again without restarting can help.
    package var isRetryable: Bool
    /// Whether a failed commit may be on disk all the same.
    package var mayHaveHappened: Bool
    package var file: String
    package var line: Int

    package init(
        _ code: Code,
        _ message: String,
        remedy: String,
        isRetryable: Bool = false,
        mayHaveHappened: Bool = false,
        file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.isRetryable = isRetryable
        self.mayHaveHappened = mayHaveHappened
        self.file = file
        self.line = line
    }

    /// An order was removed while a hop of it was under way: nothing of the hop's group is there.
    package static func removed(_ order: OrderID) -> StoreError {
        StoreError(
            .busy,
            "order \(order) was removed while it was to be changed",
            remedy: "What was decided is decided again by itself.",
            isRetryable: true
        )
    }

    /// What happened and what to do, in whole sentences.
    package var explanation: String { Sentences.joined(message, remedy) }

    package var description: String { "\(code): \(explanation)" }
}
