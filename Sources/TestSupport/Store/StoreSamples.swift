package import Broker
package import Orders
package import Store

/// Records for tests of stores; equal arguments make equal records.
package enum StoreSamples {
    package static let start = Timestamp(milliseconds: 1_700_000_000_000)

    package static func orderID(_ number: Int, role: RoleName = "COM") -> OrderID {
        OrderID(role: role, key: OrderKey("ORDER-\(number)"))
    }

    package static func order(
        row: Int64,
        id: OrderID,
        sequence: Int64 = 1,
        lifecycle: LifecycleState = .inProgress,
        updatedAt: Timestamp = start,
        closedAt: Timestamp? = nil,
        instanceID: String? = nil,
        updatesParked: Int? = nil
    ) -> OrderRecord {
        OrderRecord(
            row: row,
            id: id,
            revision: 1,
            lifecycle: lifecycle,
            status: "IN_PROGRESS",
            priority: 5,
            componentsTotal: 8,
            componentsCompleted: 2,
            componentsFailed: 1,
            sequence: sequence,
            catalogVersion: "2026.1",
            createdAt: start,
            updatedAt: updatedAt,
            closedAt: closedAt,
            instanceID: instanceID,
            updatesParked: updatesParked
        )
    }

    package static func journal(
        row: Int64,
        sequence: Int64,
        bytes: Int = 40,
        sent: SentMessages = SentMessages()
    ) -> JournalRecord {
        JournalRecord(
            orderRow: row,
            sequence: sequence,
            at: start.advanced(bySeconds: sequence),
            cause: "message EBM-\(sequence)",
            messageID: MessageID("EBM-\(row)-\(sequence)"),
            queue: "com.order.in",
            events: (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &+ Int(sequence)) },
            sent: sent
        )
    }

    package static func sent(_ number: Int) -> SentMessages {
        SentMessages([
            SentMessages.Entry(
                id: MessageID("SENT-\(number)"),
                type: "ProcessProvisioningOrderEBM",
                destination: .queue("som.order.in")
            ),
            SentMessages.Entry(
                id: MessageID("REPORT-\(number)"),
                type: "",
                destination: Destination(exchange: "orders", routingKey: "crm")
            ),
        ])
    }

    package static func inbox(
        _ number: Int,
        role: RoleName = "COM",
        key: OrderKey? = nil,
        receivedAt: Timestamp = start
    ) -> InboxRecord {
        InboxRecord(
            role: role,
            messageID: MessageID("urn:message:\(number)"),
            bodyDigest: Int64(number) &* 7919 &- 3,
            orderKey: key,
            receivedAt: receivedAt
        )
    }

    package static func outbox(
        id: Int64,
        order: OrderID? = nil,
        bytes: Int = 100,
        createdAt: Timestamp = start
    ) -> OutboxRecord {
        OutboxRecord(
            id: id,
            order: order,
            destination: Destination(exchange: "orders", routingKey: "som.\(id)"),
            message: message(id, bytes: bytes),
            createdAt: createdAt
        )
    }

    package static func timer(id: Int64, order: OrderID, due: Timestamp) -> TimerRecord {
        let component = ComponentID("Provision/\(id)")
        return TimerRecord(id: id, order: order, kind: "release", component: component, due: due)
    }

    package static func parked(
        id: Int64,
        order: OrderID,
        parkedAt: Timestamp = start,
        expiresAt: Timestamp
    ) -> ParkedRecord {
        ParkedRecord(
            id: id,
            order: order,
            queue: "com.update.in",
            message: message(id, bytes: 50),
            messageID: MessageID("PARKED-\(id)"),
            reason: .orderUnknown,
            parkedAt: parkedAt,
            expiresAt: expiresAt
        )
    }

    /// Messages that took as many milliseconds as their number.
    package static func flow(
        _ minute: Int,
        role: RoleName = "COM",
        kind: FlowKind = .order,
        code: FailureCode? = nil,
        countedSince: Timestamp = start,
        messages: Int = 1
    ) -> FlowMinute {
        var durations = DurationHistogram()
        for number in 0..<messages { durations.add(microseconds: Int64(number + 1) * 1_000) }
        return FlowMinute(
            minute: start.advanced(bySeconds: Int64(minute) * 60),
            role: role,
            kind: kind,
            code: code,
            countedSince: countedSince,
            messages: messages,
            durations: durations
        )
    }

    package static func failed(
        id: Int64,
        bytes: Int = 50,
        state: FailedState = .failed,
        failedAt: Timestamp = start
    ) -> FailedMessage {
        let decision = FailedDecision(by: "ana", at: failedAt, reason: "why", messageID: "op-1")
        return FailedMessage(
            record: FailedRecord(
                id: id,
                role: "COM",
                queue: "com.order.in",
                messageID: MessageID("MESSAGE-\(id)"),
                bodyDigest: id &* 31,
                bodyBytes: bytes,
                orderKey: id % 2 == 0 ? nil : orderID(Int(id)).key,
                status: FailedStatus(
                    state: state,
                    attempt: Int(id % 3),
                    code: .messageNotXML,
                    text: "wrong",
                    failedAt: failedAt,
                    isInInbox: id % 2 == 0,
                    decision: state == .failed ? nil : decision
                )
            ),
            message: Message(properties: fullProperties, body: message(id, bytes: bytes).body)
        )
    }

    package static func message(_ number: Int64, bytes: Int) -> Message {
        Message(
            properties: MessageProperties(
                contentType: "application/xml",
                headers: [HeaderField("attempt", .integer(number))],
                deliveryMode: 2,
                messageID: "MESSAGE-\(number)"
            ),
            body: (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ Int(number)) }
        )
    }

    /// Properties with every field set and every kind of header value, nested and repeated.
    package static let fullProperties = MessageProperties(
        contentType: "application/xml",
        contentEncoding: "gzip",
        headers: [
            HeaderField("text", .text("Grüße, 注文 🚚")), HeaderField("empty", .text("")),
            HeaderField("least", .integer(.min)), HeaderField("most", .integer(.max)),
            HeaderField("double", .double(-0.1)), HeaderField("infinite", .double(.infinity)),
            HeaderField("true", .boolean(true)), HeaderField("false", .boolean(false)),
            HeaderField("bytes", .bytes([0, 255, 10])), HeaderField("none", .bytes([])),
            HeaderField("time", .timestamp(.max)), HeaderField("void", .void),
            HeaderField("repeated", .integer(1)), HeaderField("repeated", .integer(2)),
            HeaderField("", .void),
            HeaderField(
                "x-death",
                .array([
                    .table([
                        HeaderField("count", .integer(3)),
                        HeaderField("inner", .table([HeaderField("a", .void)])),
                    ]),
                    .array([]), .table([]), .text("last"),
                ])
            ),
        ],
        deliveryMode: 1,
        priority: 255,
        correlationID: "correlation",
        replyTo: "",
        expiration: "60000",
        messageID: "id\u{0}with NUL",
        timestampSeconds: .max,
        type: "type",
        userID: "guest",
        appID: "tests"
    )
}

extension HopGroup {
    /// A group that is filled by `fill`.
    package static func with(_ fill: (inout HopGroup) -> Void) -> HopGroup {
        var group = HopGroup()
        fill(&group)
        return group
    }
}
