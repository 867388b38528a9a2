internal import Broker
package import Catalog
internal import Fulfillment
package import Messages
package import Orders
internal import Store

/// A role as the engine runs it: its configuration, its catalog, its formats.
package final class RoleRuntime: Sendable {
    package let configuration: WorkerConfiguration
    package let catalog: RoleCatalog
    package let limits: StationLimits
    let decoder: MessageDecoder
    let encoder: MessageEncoder
    let decider: OrderDecider
    private let orderQueues: Set<String>
    private let updateQueues: Set<String>
    private let operationQueues: Set<String>

    package init(configuration: WorkerConfiguration, catalog: RoleCatalog, limits: StationLimits) {
        self.configuration = configuration
        self.catalog = catalog
        self.limits = limits
        decoder = MessageDecoder(
            limits: DecodingLimits(documentBytesMax: limits.messageBytes, depthMax: limits.xmlDepth),
            mappings: catalog.mappings,
            zone: catalog.fulfillment.zone
        )
        encoder = MessageEncoder()
        decider = OrderDecider(
            role: configuration.role,
            catalog: catalog.fulfillment,
            linesMax: limits.linesPerOrder
        )
        orderQueues = Set(configuration.orders + configuration.urgentOrders)
        updateQueues = Set(configuration.updates)
        operationQueues = Set(configuration.operations)
    }

    package var role: RoleName { configuration.role }

    /// The queues it consumes, urgent ones first.
    package var queues: [String] {
        configuration.urgentOrders + configuration.orders + configuration.updates + configuration.operations
    }

    /// What messages of that queue are about.
    func kind(ofQueue queue: String) -> FlowKind {
        if updateQueues.contains(queue) { return .update }
        return operationQueues.contains(queue) ? .operation : .order
    }

    func isUrgentQueue(_ queue: String) -> Bool { configuration.urgentOrders.contains(queue) }

    /// Why a message of that kind does not belong into that queue; `nil` when it does.
    func refusal(of message: DecodedMessage, from queue: String) -> Failure? {
        switch message.content {
        case .order:
            let isForeign = catalog.mappings.contains { $0.name == message.name }
            guard isForeign || catalog.acceptedMessages.contains(message.name) else {
                return Failure(
                    .messageNotRecognized,
                    "role \(role) takes no \(message.name)",
                    correctiveAction:
                        "Add it to `accept` in the role's catalog, or send it to the role that takes it."
                )
            }
            return orderQueues.contains(queue) ? nil : wrongQueue(message.name, queue, orderQueues)
        case .update:
            return updateQueues.contains(queue) ? nil : wrongQueue(message.name, queue, updateQueues)
        case .operation, .messageOperation:
            return operationQueues.contains(queue) ? nil : wrongQueue(message.name, queue, operationQueues)
        case .fulfillmentRequest:
            return Failure(
                .messageWrongQueue,
                "\(message.name) asks a fulfillment system, and role \(role) is none"
            )
        }
    }

    private func wrongQueue(_ name: String, _ queue: String, _ right: Set<String>) -> Failure {
        let known = right.isEmpty ? "no queue" : right.sorted().joined(separator: ", ")
        return Failure(
            .messageWrongQueue,
            "\(name) came on queue \(queue); role \(role) takes it from \(known)"
        )
    }

    func isUrgent(_ priority: OrderPriority) -> Bool { priority.value >= configuration.urgentFromPriority }

    /// Where a fault goes: handlers may subscribe to an exchange by role, class and code.
    func destination(ofFault failure: Failure) -> Destination {
        var destination = configuration.fallout
        guard !destination.exchange.isEmpty, destination.routingKey.isEmpty else { return destination }
        let words = [role.rawValue, failure.code.failureClass.rawValue, failure.code.rawValue]
        destination.routingKey = words.map { $0.replacing(".", with: "_") }.joined(separator: ".")
        return destination
    }

    /// Where a ticket is asked for, and where it is changed and closed.
    func destination(of report: TicketReport) -> Destination? {
        report.isNew ? configuration.tickets : configuration.ticketUpdates ?? configuration.tickets
    }

    /// Where a request goes: urgent ones may have a way past those that wait.
    func destination(of request: ComponentRequest, priority: OrderPriority) -> Destination {
        if isUrgent(priority), let route = configuration.urgentRoutes[request.queue] { return .queue(route) }
        return .queue(request.queue)
    }
}

extension RoleRuntime {
    /// Reads a message as it would be read from one of the role's queues.
    package func read(_ body: [UInt8], from queue: String) throws(DecodingFailure) -> DecodedMessage {
        let decoded = try decoder.decode(body, transport: TransportContext(queue: queue))
        if let failure = refusal(of: decoded, from: queue) {
            throw DecodingFailure(failure, context: decoded.context)
        }
        return decoded
    }

    /// What is wrong with an order that can be read.
    package func problems(with body: [UInt8]) -> [FailureCode] {
        guard let queue = configuration.orders.first, let decoded = try? read(body, from: queue),
            case .order(let draft) = decoded.content
        else { return [.orderInvalid] }
        return OrderValidation.validate(
            draft,
            catalog: catalog.fulfillment,
            linesMax: limits.linesPerOrder
        ).failures.map(\.code)
    }
}
