/// From when on a component is late, and how often that is told.
package struct Lateness: Sendable, Hashable {
    /// How long after the request it is expected to be finished.
    package var afterSeconds: Int64
    package var jeopardyEverySeconds: Int64

    /// Told once per expected duration where nothing else is said, at most once a minute.
    package init(afterSeconds: Int64, jeopardyEverySeconds: Int64? = nil) {
        self.afterSeconds = afterSeconds
        self.jeopardyEverySeconds = max(1, jeopardyEverySeconds ?? max(60, afterSeconds))
    }
}

extension FulfillmentCatalog {
    /// What its system says holds, else what its function says; `nil` when it may take as long as it likes.
    package func lateness(of plan: PlannedComponent) -> Lateness? {
        systems[plan.system]?.lateness ?? functions[plan.function]?.lateness
    }
}
