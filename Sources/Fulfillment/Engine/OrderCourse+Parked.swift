internal import Orders

// Updates that are parked within the order: looked at again, or given up.
extension OrderCourse {
    mutating func operateOnParked(_ operation: OrderOperation) {
        if let refusal = refusalOnParked(operation) { return emit(.failureRaised(refusal)) }
        guard let parked = parked(operation) else { return }
        emit(.operated(operation))
        let message = parked.context.messageID
        if operation.action == .discard { return emit(.parkedDropped(message)) }
        emit(.parkedApplied(message))
        take(parked.update, parked.context)
    }

    private func parked(_ operation: OrderOperation) -> ParkedUpdate? {
        state?.parked.first { $0.context.messageID.rawValue == operation.value }
    }

    private func refusalOnParked(_ operation: OrderOperation) -> Failure? {
        let label = "operation \(operation.action.rawValue) by \(operation.by.prefix(60))"
        guard let message = operation.value, parked(operation) != nil else {
            let name = operation.value.map { " of message \($0.prefix(60))" } ?? ""
            return Failure(
                .operationInvalid,
                "\(label): no update\(name) is parked within the order",
                correctiveAction: "See `waystation messages list` for what is parked."
            )
        }
        if operation.action == .discard {
            guard operation.reason?.isEmpty ?? true else { return nil }
            return Failure(.operationInvalid, "\(label) gives no reason")
        }
        guard state?.lifecycle == .aborted else { return nil }
        return Failure(
            .transactionNotPermitted,
            "\(label): the order was aborted, and update \(message.prefix(60)) would change nothing",
            correctiveAction: "Discard it."
        )
    }
}
