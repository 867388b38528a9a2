import Messages
import Orders
import Testing

@Suite("Headers are read, carried on and built")
struct HeaderTests {
    @Test("All fields of the header are read (A5)")
    func read() throws {
        let header = try #require(MessageDecoder().header(of: Array(Sample.salesOrder().utf8)))
        #expect(header.messageID == "ebm-1")
        #expect(header.messageName == "{\(Sample.salesOrderSpace)}ProcessSalesOrderFulfillmentEBM")
        #expect(header.objectName == "{\(Sample.salesOrderSpace)}SalesOrderEBO")
        #expect(header.creationDateTime == "2026-11-20T10:00:00Z")
        #expect(header.requestMessageID == "ebm-0")
        #expect(header.verb == "process")
        #expect(header.environment == "TRAINING")
        #expect(header.definitionID == "D1")
        #expect(header.sender?.id == "SEBL_01")
        #expect(header.sender?.description == "Order capture")
        #expect(header.sender?.address == "10.0.0.1")
        #expect(header.sender?.messageID == "SM-1")
        #expect(header.sender?.transactionCode == "SUBMIT")
        #expect(header.sender?.applicationID == "SIEBEL" && header.sender?.applicationVersion == "8.2")
        #expect(header.sender?.contactName == "Desk" && header.sender?.contactEmail == "desk@example.com")
        #expect(header.sender?.contactPhoneNumber == "1")
        #expect(
            header.sender?.crossReference
                == EBMHeader.CrossReference(componentID: "X-1", number: "S-1", revision: "2")
        )
        #expect(
            header.target == EBMHeader.Target(id: "OSMCFS_01", applicationType: "OSM", serviceName: "COM")
        )
        #expect(header.scopes.map(\.type) == ["Message", "BusinessProcess"])
        #expect(header.tracking.map(\.unitID) == ["U1"])
        #expect(
            header.hop
                == MessageHop(resourceType: "QUEUE", resource: "AIA_SALESORDERJMSQUEUE", messageID: "ID:old")
        )
        #expect(header.batch == EBMHeader.Batch(status: "OPEN", id: "B1", name: "Night"))
    }

    @Test("What is needed later is in the context, and the hop is ours, replacing the earlier one (A7)")
    func context() throws {
        let context = try Sample.decode(Sample.salesOrder()).context
        #expect(context.messageID == "ebm-1")
        #expect(context.environment == "TRAINING")
        #expect(
            context.sender
                == SenderReference(
                    id: "SEBL_01",
                    messageID: "SM-1",
                    transactionCode: "SUBMIT",
                    applicationID: "SIEBEL",
                    applicationVersion: "8.2"
                )
        )
        #expect(context.targetID == "OSMCFS_01")
        #expect(
            context.businessProcess
                == BusinessScope(
                    id: "O2C",
                    instanceID: "process-77",
                    serviceName: "SalesOrderEBS",
                    operationName: "Process"
                )
        )
        #expect(
            context.tracking == [
                TrackingEntry(
                    sequence: 1,
                    unitID: "U1",
                    unitName: "Capture",
                    implementation: "BPEL",
                    activity: "2026-11-20T09:00:00Z"
                )
            ]
        )
        #expect(context.hop == MessageHop(resource: "AIA_CRTFO_IN_JMSQ", messageID: "amqp-1"))
        #expect(context.traceparent == Sample.transport.traceparent)
    }

    @Test("Without an AMQP message id the hop names the EBMID; a trace that is none is not carried")
    func hopWithoutTransportID() throws {
        let context = try Sample.decode(
            Sample.salesOrder(),
            transport: TransportContext(queue: "Q", traceparent: "evil\r\nheader")
        ).context
        #expect(context.hop == MessageHop(resource: "Q", messageID: "ebm-1"))
        #expect(context.traceparent == nil)
    }

    @Test("An outgoing header: new id, answered id, sender, target, scopes, tracking, hop (A6)")
    func built() throws {
        let cause = MessageContext(
            messageID: "update-5",
            environment: "PRODUCTION",
            hop: MessageHop(resource: "AIA_UPDFO_IN_JMSQ", messageID: "amqp-9")
        )
        let header = EBMHeader(
            .processProvisioningOrder,
            context: Sample.context(cause: cause),
            order: EBMHeader.CrossReference(componentID: "S-1", number: "S-1", revision: "2")
        )
        #expect(header.messageID == "new-ebm")
        #expect(header.messageName == "{\(Sample.provisioningSpace)}ProcessProvisioningOrderEBM")
        #expect(header.objectName == "{\(Sample.provisioningSpace)}ProvisioningOrderEBO")
        #expect(header.creationDateTime == "2026-11-21T08:00:00.000Z")
        #expect(header.requestMessageID == "update-5")
        #expect(header.verb == "Process")
        #expect(header.environment == "PRODUCTION")
        #expect(header.sender?.id == "OSMCFS_01")
        #expect(header.target?.id == "OSMPROV_01")
        #expect(header.scopes.first?.type == "BusinessProcess")
        #expect(header.scopes.first?.scope == Sample.origin.businessProcess)
        #expect(header.scopes.last?.type == "Message")
        #expect(header.scopes.last?.scope.instanceID == "new-ebm")
        #expect(header.tracking.map(\.sequence) == [1, 2])
        #expect(header.tracking.last?.unitName == "COM")
        #expect(header.tracking.last?.activity == "2026-11-21T08:00:00.000Z")
        #expect(header.hop == cause.hop)
    }

    @Test("Without a BusinessProcess scope one is made from the first message's id")
    func madeScope() {
        var origin = Sample.origin
        origin.businessProcess = nil
        let header = EBMHeader(
            .updateSalesOrder,
            context: Sample.context(origin: origin),
            order: EBMHeader.CrossReference()
        )
        #expect(header.scopes.first?.scope.instanceID == "ebm-1")
        #expect(header.requestMessageID == "ebm-1")
        #expect(header.verb == "Update")
    }

    @Test("Tracking keeps the first and the most recent entries and goes on counting (A6)")
    func trackingIsBounded() throws {
        var origin = Sample.origin
        origin.tracking = (1...200).map { TrackingEntry(sequence: $0) }
        let context = Sample.context(origin: origin)
        let body = MessageEncoder().encode(Sample.request(), of: Sample.order, context: context)
        try expectValid(body, .provisioningOrder)
        let header = try #require(MessageDecoder().header(of: body))
        #expect(header.tracking.count == EBMHeader.trackingEntriesMax)
        #expect(header.tracking.last?.sequence == 201)
        #expect(header.tracking.map(\.sequence) == [1] + (171...201))
        let incoming = (1...100).map {
            "<c:EBMTracking><c:SequenceNumber>\($0)</c:SequenceNumber></c:EBMTracking>"
        }
        let read = try Sample.decode(Sample.salesOrder(header: Sample.header(more: incoming.joined())))
        #expect(read.context.tracking.count == EBMHeader.trackingEntriesMax)
        // The sample's own entry comes first, and the entries are the newest but one.
        #expect(read.context.tracking.map(\.sequence) == [1] + (70...100))
        #expect(read.context.tracking.first?.unitID == "U1")
    }

    @Test("Sequence numbers that are none do no harm")
    func oddSequence() throws {
        let odd = ["x", "-4", "99999999999999999999", String(Int.max)]
            .map { "<c:EBMTracking><c:SequenceNumber>\($0)</c:SequenceNumber></c:EBMTracking>" }
        let context = try Sample.decode(Sample.salesOrder(header: Sample.header(more: odd.joined()))).context
        #expect(context.tracking.allSatisfy { $0.sequence >= 0 })
        let body = MessageEncoder().encode(
            Sample.request(),
            of: Sample.order,
            context: Sample.context(origin: context)
        )
        try expectValid(body, .provisioningOrder)
    }
}
