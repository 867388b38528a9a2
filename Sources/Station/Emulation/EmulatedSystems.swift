package import Broker
internal import Catalog
internal import Fulfillment
package import Messages
package import Orders

/// Decides how the external systems of a catalog answer a request: a value without I/O.
package struct EmulatedSystems: Sendable {
    /// Whose catalog the systems are of.
    package let role: RoleName
    private let catalog: FulfillmentCatalog
    private let senderOfRole: String
    private let replyQueue: String
    private let options: EmulationOptions
    private let systemsByQueue: [String: [FulfillmentSystem]]
    private let urgentQueues: Set<String>
    private let decoder: MessageDecoder
    private let encoder = MessageEncoder()

    /// A reply to be sent.
    package struct Reply: Sendable {
        package var afterMilliseconds: Int
        package var destination: Destination
        package var message: Message
    }

    /// A request as the emulated system understood it.
    package struct Answered: Sendable {
        package var system: SystemName
        package var orderKey: OrderKey
        package var correlation: String
        package var requestID: MessageID
        package var request: FulfillmentRequest
        package var isRefused: Bool
        package var replies: [Reply]
    }

    package init(role: RoleRuntime, options: EmulationOptions) {
        self.role = role.role
        catalog = role.catalog.fulfillment
        senderOfRole = role.configuration.senderID
        replyQueue = role.configuration.updates.first ?? ""
        self.options = options
        decoder = role.decoder
        var systems: [String: [FulfillmentSystem]] = [:]
        for system in catalog.systems.values.sorted(by: { $0.name < $1.name }) where system.emulation != nil {
            systems[system.requestQueue, default: []].append(system)
            if let urgent = role.configuration.urgentRoutes[system.requestQueue] {
                systems[urgent, default: []].append(system)
            }
        }
        systemsByQueue = systems
        urgentQueues = Set(role.configuration.urgentRoutes.values)
    }

    /// The queues on which emulated systems take requests, those of urgent orders first.
    package var queues: [String] {
        let all = systemsByQueue.keys.sorted()
        return all.filter(urgentQueues.contains) + all.filter { !urgentQueues.contains($0) }
    }

    /// How the addressed system answers.
    ///
    /// - Throws: ``DecodingFailure`` when the message is no request that it can read.
    package func answer(_ delivery: Delivery, now: Timestamp) throws(DecodingFailure) -> Answered {
        let decoded = try decoder.decodeRequest(
            delivery.message.body,
            transport: TransportContext(delivery)
        )
        guard case .fulfillmentRequest(let request) = decoded.content,
            let candidates = systemsByQueue[delivery.queue],
            let system = candidates.first(where: { $0.targetID == decoded.context.targetID })
                ?? candidates.first,
            let emulation = system.emulation
        else {
            throw DecodingFailure(
                Failure(.messageWrongQueue, "\(decoded.name) is no request to an emulated system"),
                context: decoded.context
            )
        }
        var chance = SeededGenerator(
            seed: options.seed
                ^ UInt64(bitPattern: BodyDigest.of(Array(decoded.context.messageID.rawValue.utf8)))
        )
        // Not the time of this delivery: a request that comes again is answered with the same bytes.
        var moment =
            delivery.message.properties.timestampSeconds.map {
                Timestamp(milliseconds: 0).advanced(bySeconds: Int64(clamping: $0))
            } ?? now
        let steps = steps(of: emulation, system: system, request: request, chance: &chance)
        let replies = steps.enumerated().flatMap {
            number,
            step in
            moment = moment.advanced(byMilliseconds: Int64(step.reply.afterMilliseconds))
            let reply = message(
                step,
                number: number + 1,
                system: system,
                request: request,
                decoded: decoded,
                now: moment
            )
            let sent = Reply(
                afterMilliseconds: step.reply.afterMilliseconds + options.extraDelayMilliseconds,
                destination: .queue(replyQueue),
                message: reply
            )
            let isDoubled = Int.random(in: 0..<1_000, using: &chance) < options.duplicatesPerMille
            var again = sent
            again.afterMilliseconds = 0
            return isDoubled ? [sent, again] : [sent]
        }
        return Answered(
            system: system.name,
            orderKey: request.order.salesOrderID.map { OrderKey($0) } ?? request.order.key,
            correlation: request.order.correlation ?? "",
            requestID: decoded.context.messageID,
            request: request,
            isRefused: steps.contains { $0.reason != nil },
            replies: replies
        )
    }

    /// A reply of the catalog, or a refusal with its reason.
    private struct Step {
        var reply: EmulatedReply
        var reason: String?
    }

    /// The system's own word for what failed or was taken back.
    private func status(of system: FulfillmentSystem, root: StateTree.Root) -> String? {
        let mapping = system.stateMap.first {
            $0.external != nil && $0.externalMilestone == nil && catalog.states.root(of: $0.state) == root
        }
        return mapping?.external
    }

    private func steps(
        of emulation: Emulation,
        system: FulfillmentSystem,
        request: FulfillmentRequest,
        chance: inout SeededGenerator
    ) -> [Step] {
        let order = Order(emulated: request.order)
        for refusal in emulation.refusals where refusal.executions.contains(request.execution) {
            let fits = order.lines.contains {
                refusal.condition.holds(for: ConditionSubject(order: order, line: $0))
            }
            if fits {
                return [
                    Step(
                        reply: EmulatedReply(status: refusal.status, description: refusal.description),
                        reason: refusal.reason
                    )
                ]
            }
        }
        if Int.random(in: 0..<1_000, using: &chance) < options.failuresPerMille {
            return [
                Step(
                    reply: EmulatedReply(
                        status: status(of: system, root: .failed) ?? "FAILED",
                        description: "refused on demand"
                    ),
                    reason: "ON_DEMAND"
                )
            ]
        }
        if request.execution == .undo {
            let status = status(of: system, root: .cancelled) ?? "CANCELLED"
            return [Step(reply: EmulatedReply(status: status, description: "taken back"))]
        }
        return emulation.replies.map { Step(reply: $0) }
    }

    private func message(
        _ step: Step,
        number: Int,
        system: FulfillmentSystem,
        request: FulfillmentRequest,
        decoded: DecodedMessage,
        now: Timestamp
    ) -> Message {
        let reply = step.reply
        let key = request.order.salesOrderID ?? request.order.key.rawValue
        // The same request is answered with the same messages, however often it is delivered.
        let id = MessageID(rawValue: "\(decoded.context.messageID)-R\(number)")
        let context = EncodingContext(
            messageID: id,
            now: now,
            senderID: system.targetID,
            targetID: senderOfRole,
            role: RoleName(rawValue: system.name.rawValue),
            origin: decoded.context,
            cause: decoded.context
        )
        let lines = request.order.lines.compactMap { line -> SystemReply.Line? in
            guard let lineID = line.id else { return nil }
            return SystemReply.Line(
                lineID: LineID(rawValue: lineID),
                status: reply.status,
                reason: step.reason,
                description: reply.description,
                milestone: reply.milestone,
                attributes: reply.attributes.map { attribute in
                    var filled = attribute
                    filled.value = attribute.value.filling(order: key, line: lineID)
                    return filled
                }
            )
        }
        let body = encoder.encode(
            SystemReply(
                orderKey: OrderKey(rawValue: key),
                correlation: request.order.correlation,
                component: request.component,
                externalID: "\(system.name)-\(key)",
                status: reply.status,
                reason: step.reason,
                description: reply.description,
                milestone: reply.milestone,
                lines: lines
            ),
            context: context
        )
        return Message(
            properties: .outgoing(
                name: UpstreamFormat.fulfillmentOrderUpdate.rawValue,
                context: context,
                correlationID: request.order.correlation
            ),
            body: body
        )
    }
}

extension Order {
    /// As much of a request as conditions ask about.
    fileprivate init(emulated draft: OrderDraft) {
        self.init(
            key: draft.key,
            revision: 1,
            mode: ModeName(rawValue: draft.mode ?? ""),
            type: draft.type,
            source: draft.source,
            accountID: draft.accountID,
            accountName: draft.accountName,
            properties: draft.properties,
            lines: draft.lines.map { line in
                OrderLine(
                    id: LineID(rawValue: line.id ?? ""),
                    action: line.action.flatMap { ServiceAction(code: $0) } ?? .none,
                    name: line.name,
                    productClass: line.productClass,
                    type: line.type,
                    quantity: line.quantity,
                    properties: line.properties,
                    attributes: line.attributes
                )
            }
        )
    }
}

extension String {
    /// The text with `{order}` and `{line}` filled in.
    fileprivate func filling(order: String, line: String) -> String {
        guard utf8.contains(123) else { return self }
        var result = ""
        var rest = self[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            if rest.hasPrefix("{order}") {
                result += order
                rest = rest.dropFirst(7)
            } else if rest.hasPrefix("{line}") {
                result += line
                rest = rest.dropFirst(6)
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}
