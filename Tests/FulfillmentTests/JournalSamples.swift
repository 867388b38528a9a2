import Fulfillment
import Orders
import TestSupport

/// One event of every kind with everything in it, as the rows in `Journals` have them.
enum JournalSamples {
    /// Characters that JSON must escape, that it need not, and of every length in UTF-8.
    static let text = "a \"quoted\" \\ back/slash\n\t\r\u{8}\u{c}\u{0}\u{1f}\u{7f} ção \u{2028}\u{2029} 漢字 👩‍🔧"

    static let order = Order(
        key: "SO-1",
        revision: 3,
        mode: "Deliver",
        priority: .standard,
        type: "NEW",
        source: "CRM",
        orderDate: Timestamp(milliseconds: -1),
        requestedDelivery: Timestamp(milliseconds: .max),
        accountID: "A-1",
        accountName: text,
        correlation: "COM-1",
        salesOrderID: "4711",
        properties: ["ServiceAddress/CityName": "São Paulo", "": "", "b\"": "\\", "Z": "1", "a": "2"],
        extensions: ["<x xmlns=\"urn:x\">1</x>", text],
        lines: [
            OrderLine(
                id: "1",
                parents: ["0", "2"],
                action: .moveAdd,
                name: text,
                productClass: "Fixed",
                type: "PRODUCT",
                quantity: "12345678901234567890.1234567890",
                requestedDelivery: Timestamp(milliseconds: .min),
                sourceLines: ["10", "11"],
                properties: ["region": "north"],
                attributes: [attribute, LineAttribute(name: "n", value: "")],
                extensions: ["<y/>"],
                pattern: "Service.Fixed"
            ),
            OrderLine(id: "2", action: .none),
        ]
    )

    static let attribute = LineAttribute(name: "serial", value: text, dataType: "Text", action: "ADD")

    static let draft = OrderDraft(
        key: "SO-1",
        revision: "3",
        mode: "Deliver",
        priority: "11",
        type: "NEW",
        source: "CRM",
        orderDate: "yesterday",
        requestedDelivery: "tomorrow",
        accountID: "A-1",
        accountName: text,
        correlation: "COM-1",
        salesOrderID: "4711",
        properties: ["ServiceAddress/CityName": "São Paulo"],
        extensions: ["<x/>"],
        lines: [
            LineDraft(
                id: "1",
                parents: ["2"],
                action: "ADD",
                name: "Line",
                productClass: "Fixed",
                type: "PRODUCT",
                quantity: "1.50",
                requestedDelivery: "2026-11-21",
                sourceLines: ["10"],
                properties: ["region": "north"],
                attributes: [attribute],
                extensions: ["<y/>"],
                documentLine: 17
            ),
            LineDraft(),
        ]
    )

    static let context = MessageContext(
        messageID: "message-1",
        messageName: "ProcessSalesOrderFulfillment",
        objectName: "SalesOrder",
        verb: "Process",
        environment: "TEST",
        sender: SenderReference(
            id: "CRM_01",
            messageID: "m-1",
            transactionCode: "t",
            applicationID: "CRM",
            applicationVersion: "1.0"
        ),
        targetID: "COM_01",
        businessProcess: BusinessScope(
            id: "BusinessProcess",
            instanceID: "e2e-1",
            serviceName: "Service",
            operationName: "Operation"
        ),
        tracking: [
            TrackingEntry(
                sequence: 1,
                unitID: "u",
                unitName: "Unit",
                implementation: "Other",
                activity: "Send",
                extensions: ["<z/>"]
            ),
            TrackingEntry(sequence: 2),
        ],
        hop: MessageHop(resource: "COM_ORDERS_Q", messageID: "hop-1"),
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        carried: Rare(carried)
    )

    static let carried = CarriedHeader(
        definitionID: "D-1",
        scopes: [
            CarriedScope(
                type: "Batch",
                scope: BusinessScope(id: "s", instanceID: "s-1"),
                extensions: ["<s/>"]
            ),
            CarriedScope(type: nil, scope: BusinessScope()),
        ],
        batch: MessageBatch(status: "OPEN", id: "b-1", name: "Night", parameters: ["<p>1</p>"]),
        replyAddress: "<a>queue</a>",
        replyTo: "REPLY_Q",
        faultNotifications: ["<f/>"],
        extensions: ["<e/>", text],
        crossReference: OrderCrossReference(componentID: "A", number: "4711", revision: "3")
    )

    static let failure = Failure(
        .systemRefused,
        text,
        correctiveAction: "Ask them.",
        component: "Provision/Fixed/1",
        line: "1",
        externalCode: "E-17"
    )

    static let plan = FulfillmentPlan(components: [
        PlannedComponent(
            id: "Provision/Fixed/1",
            function: "Provision",
            system: "Fixed",
            lines: ["1", "2"],
            dependsOn: [
                PlannedDependency(component: "Sync/CRM/WholeOrder", wait: .completed, delaySeconds: .max),
                PlannedDependency(
                    component: "A",
                    wait: .state("IN_PROGRESS-DESIGNED"),
                    delayUntil: .testStart
                ),
                PlannedDependency(component: "B", wait: .milestone("DESIGNED")),
                PlannedDependency(component: "C", wait: .value(name: "serial", equals: "1")),
                PlannedDependency(component: "D", wait: .value(name: "serial", equals: nil)),
            ],
            notBefore: .testStart
        ),
        PlannedComponent(id: "Sync/CRM/WholeOrder", function: "Sync", system: "CRM", lines: []),
    ])

    static let parked = ParkedUpdate(
        update: FulfillmentUpdate(
            orderKey: "SO-1",
            revision: "3",
            correlation: "SO-1|A",
            component: "A",
            externalID: "X-1",
            status: ReportedStatus(code: "IN PROGRESS", reason: "why", description: text),
            milestone: "DESIGNED",
            lines: [
                LineUpdate(
                    lineID: "1",
                    status: ReportedStatus(code: "COMPLETE"),
                    milestone: "FINISHED",
                    attributes: [attribute]
                ),
                LineUpdate(lineID: "2"),
            ]
        ),
        context: context,
        reason: .statusUnmapped
    )

    static let events: [OrderEvent] =
        [
            .accepted(OrderEvent.Acceptance(order: order, origin: context, catalogVersion: "v1")),
            .rejected(
                OrderEvent.Rejection(
                    draft: draft,
                    revision: 3,
                    origin: MessageContext(messageID: "message-1"),
                    catalogVersion: "v1",
                    failures: [failure, Failure(.orderInvalid, "no")]
                )
            ),
            .planned(plan),
            .linesWithoutWork(["1", "2"]),
            .componentReleased("Sync/CRM/WholeOrder"),
            .componentScheduled("Provision/Fixed/1", due: .testStart),
            .waitHeld("Provision/Fixed/1", dependency: 2),
            .externalIDKnown("Provision/Fixed/1", externalID: "X-1"),
            .lineProgressed("Provision/Fixed/1", line: "1", state: "IN_PROGRESS", external: "IN PROGRESS"),
            .componentProgressed("Provision/Fixed/1", state: "COMPLETE", processing: .completed),
            .componentMilestone("Provision/Fixed/1", milestone: "DESIGNED"),
            .milestoneReached("1", milestone: "DESIGNED"),
            .valueRecorded("1", attribute: attribute),
            .lineStateChanged("1", state: "COMPLETE"),
            .statusChanged("IN_PROGRESS"),
            .lifecycleChanged(from: .notStarted, to: .inProgress),
            .updateIgnored("A", reason: "late"),
            .updateIgnored(nil, reason: text),
            .updateParked(parked),
            .parkedApplied("message-1"),
            .revisionIgnored(revision: 2, reason: "older"),
            .failureRaised(failure),
        ] + changes + fallout + followOn + [
            .recreationScheduled(attempt: 2, due: .testStart), .parkedDropped("message-2"),
        ] + grouped + former + [
            .valueSettled("Provision/Fixed/1", name: "serial"), .valueSettled("Provision/Fixed/1", name: nil),
        ]

    /// Of an order in which many wait for many.
    static let grouped: [OrderEvent] = [
        .planned(groupedPlan),
        .amended(
            Amendment(
                order: Order(key: "SO-1", revision: 3, mode: "Deliver"),
                origin: MessageContext(messageID: "message-3"),
                catalogVersion: "v1",
                delta: OrderDelta(added: [], removed: [], changed: [], unchanged: [], orderFields: []),
                plan: groupedPlan,
                steps: [
                    CompensationStep(
                        component: "A/1",
                        kind: .undo,
                        undoAfter: ["D/1"],
                        undoAfterGroups: [1],
                        reason: "it is no longer wanted"
                    )
                ],
                undoGroups: [
                    UndoGroup(components: ["B/1", "B/2"]), UndoGroup(components: ["C/1"], groups: [0]),
                ]
            )
        ),
    ]

    /// With what a system was told, where it would be told otherwise now.
    static let former: [OrderEvent] = [
        .componentReworded("A", nil, asked: Wording(order: ["mode": "D"])),
        .amended(
            Amendment(
                order: Order(key: "SO-1", revision: 3, mode: "Deliver"),
                origin: MessageContext(messageID: "message-3"),
                catalogVersion: "v1",
                delta: OrderDelta(orderFields: ["account"]),
                plan: FulfillmentPlan(components: []),
                steps: [
                    CompensationStep(
                        component: "A/1",
                        kind: .undo,
                        former: Rare(
                            FormerTerms(
                                account: FormerTerms.Account(id: "AC-1", name: nil),
                                mode: "Qualify",
                                wording: Wording()
                            )
                        ),
                        reason: "it is no longer wanted"
                    )
                ]
            )
        ),
    ]

    static let groupedPlan = FulfillmentPlan(
        components: [
            PlannedComponent(
                id: "B/1",
                function: "B",
                system: "S",
                lines: ["1"],
                dependsOn: [
                    PlannedDependency(component: "D/1", wait: .completed),
                    PlannedDependency(.group(0), wait: .milestone("DESIGNED"), delaySeconds: 60),
                ]
            )
        ],
        groups: [ComponentGroup(components: ["A/1", "A/2"])]
    )

    static let followOn: [OrderEvent] = [
        .baseAsked(BaseReference(order: "SO-0", line: "7")),
        .baseAnswered(BaseReference(order: "SO-0"), outcome: .cancelled),
        .followerKnown(Follower(order: "SO-2", line: "1")),
        .followerTold(Follower(order: "SO-2", told: .done)),
        .operated(
            OrderOperation(action: .baseReport, by: "COM order SO-0", value: "done", line: "7", base: "SO-0")
        ),
        .incidentOpened(
            Incident(
                id: 2,
                failure: Failure(.baseOrderEnded, "ended", correctiveAction: "Go on alone."),
                openedAt: .testStart,
                base: BaseReference(order: "SO-0", line: "7")
            )
        ),
        .planned(
            FulfillmentPlan(components: [
                PlannedComponent(
                    id: "A",
                    function: "Sync",
                    system: "CRM",
                    lines: ["1"],
                    bases: [BaseReference(order: "SO-0", line: "7")]
                )
            ])
        ),
        .componentReworded("A", Wording(order: ["mode": "D"], lines: ["1": ["type": "P"]])),
        .failureRaised(
            Failure(.transactionNotPermitted, "no", correctiveAction: "Ask.", severity: .critical)
        ),
    ]

    static let amendment = Amendment(
        order: order,
        withdrawnLines: ["2"],
        isCancellation: true,
        origin: context,
        catalogVersion: "v1",
        delta: OrderDelta(
            added: ["3"],
            removed: ["2"],
            changed: [LineChange(line: "1", fields: ["action", text])],
            unchanged: ["4"],
            orderFields: ["mode"]
        ),
        plan: plan,
        steps: [
            CompensationStep(
                component: "Provision/Fixed/1",
                kind: .undoThenDo,
                undoAfter: ["Sync/CRM/WholeOrder"],
                asked: order.lines,
                reason: text
            )
        ],
        penalties: ["Provision/Fixed/1"]
    )

    static let changes: [OrderEvent] = [
        .amended(amendment),
        .revisionQueued(QueuedRevision(draft: draft, revision: 4, context: context, reason: .gracePeriod)),
        .revisionDropped(revision: 4, reason: text),
        .revisionRefused(RefusedRevision(revision: 4, correlation: "COM-1", failure: failure)),
        .compensationReleased("Provision/Fixed/1", mode: .undo),
        .componentReset("Provision/Fixed/1"),
        .compensationDropped("Provision/Fixed/1"),
        .transitionBegan(
            PendingTransition(
                transaction: .suspend,
                since: .testStart,
                forcedAt: .testStart,
                jeopardyAt: .testStart,
                by: "Ann"
            )
        ),
        .transitionEnded,
        .permissibilityChanged("1", permissibility: .soft),
        .operated(
            OrderOperation(
                action: .fix,
                by: "Ann",
                reason: text,
                component: "Provision/Fixed/1",
                incident: 2,
                fixes: [DataFix(line: "1", name: "speed", value: "16", before: "8")],
                value: "Bob"
            )
        ),
        .wakeUp(at: .testStart),
    ]

    static let fallout: [OrderEvent] = [
        .incidentOpened(Incident(id: 1, failure: failure, openedAt: .testStart, retries: 3)),
        .incidentClosed(1, resolution: .skipped, by: "Ann"),
        .incidentAssigned(1, to: "Bob"),
        .ticketKnown(1, ticket: "TT-1"),
        .ticketChanged(
            Ticket(
                number: 1,
                component: "Provision/Fixed/1",
                failure: failure,
                openedAt: .testStart,
                status: .correcting,
                externalID: "TT-1",
                remark: "retried by Ann",
                isNew: false
            )
        ),
        .retryScheduled("Provision/Fixed/1", attempt: 2, due: .testStart),
        .componentRetried("Provision/Fixed/1"),
        .dataFixed(DataFix(name: "region", value: "Rio")),
        .jeopardyRaised(Jeopardy(component: "Provision/Fixed/1", text: text)),
        .componentHeard("Provision/Fixed/1"),
    ]
}
