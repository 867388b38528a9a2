internal import Orders

// Components that take longer than expected: told once an interval until they are finished.
extension OrderCourse {
    /// Tells of each component that is late and was not told of within its interval.
    mutating func watchLateness() {
        guard catalog.tellsLateness, isWatched else { return }
        for at in 0..<(state?.components.count ?? 0) {
            guard let due = latenessDue(of: at), due <= now, let component = state?.components[at],
                let lateness = catalog.lateness(of: component.plan), let asked = component.requestedAt
            else { continue }
            let text =
                "component \(component.id) is late: system \(component.plan.system) was asked for it at \(asked), and "
                + "it was expected within \(SpanWords.text(seconds: lateness.afterSeconds))"
            emit(.jeopardyRaised(Jeopardy(component: component.id, text: text)))
        }
    }

    /// When the next component is to be told of as late.
    var nextLateness: Timestamp? {
        guard catalog.tellsLateness, isWatched else { return nil }
        return (0..<(state?.components.count ?? 0)).lazy.compactMap { latenessDue(of: $0) }
            .filter { $0 > now }.min()
    }

    /// When a component that is asked for and not finished is told of as late, for the first time or again.
    private func latenessDue(of at: Int) -> Timestamp? {
        guard let component = state?.components[at], let asked = component.requestedAt, isAwaited(component),
            let lateness = catalog.lateness(of: component.plan)
        else { return nil }
        guard let told = component.jeopardyAt else {
            return asked.advanced(bySeconds: lateness.afterSeconds)
        }
        return told.advanced(bySeconds: lateness.jeopardyEverySeconds)
    }

    private func isAwaited(_ component: OrderComponent) -> Bool {
        switch component.processing {
        case .undoing, .undoFailed: true
        // Nobody waits for what is no longer wanted and not to be undone.
        case .inProgress, .failed, .downstreamCorrectionRequired:
            !component.isWithdrawn || component.task != nil
        case .notStarted, .completed, .failedContinue, .undoCompleted, .undoFailedContinue: false
        }
    }
}

/// A span of time as people say it, in its largest whole unit.
enum SpanWords {
    static func text(seconds: Int64) -> String {
        let units: [(name: String, seconds: Int64)] = [("d", 86_400), ("h", 3_600), ("min", 60)]
        guard let unit = units.first(where: { seconds >= $0.seconds && seconds % $0.seconds == 0 }) else {
            return "\(seconds) s"
        }
        return "\(seconds / unit.seconds) \(unit.name)"
    }
}
