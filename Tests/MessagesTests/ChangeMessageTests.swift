import Fulfillment
import Messages
import Orders
import Testing

@Suite("What messages say of changes")
struct ChangeMessageTests {
    private func report(
        _ format: UpstreamFormat,
        _ permissibilities: [RevisionPermissibility?]
    ) -> StatusReport {
        StatusReport(
            format: format,
            status: "IN_PROGRESS",
            root: .inProgress,
            lines: permissibilities.enumerated().map { at, permissibility in
                LineReport(
                    line: LineID("\(at + 1)"),
                    state: "IN_PROGRESS",
                    root: .inProgress,
                    permissibility: permissibility
                )
            }
        )
    }

    @Test(
        "How far each line can still be changed is told in AIA's words, and not where nothing changed (A32, A44)",
        arguments: [UpstreamFormat.salesOrderUpdate, .fulfillmentOrderUpdate]
    )
    func permissibility(format: UpstreamFormat) throws {
        func codes(_ permissibilities: [RevisionPermissibility?]) throws -> [String] {
            let body = MessageEncoder().encode(
                report(format, permissibilities),
                of: Sample.order,
                context: Sample.context(target: "SEBL_01")
            )
            try expectValid(body, format == .salesOrderUpdate ? .salesOrder : .fulfillmentOrder)
            let text = String(decoding: body, as: UTF8.self)
            return text.split(separator: "RevisionPermissibleCode>").enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element.prefix { $0 != "<" }) }
        }
        #expect(try codes([.notYet, .soft, .hard]) == ["NOT YET", "SOFT", "HARD"])
        #expect(try codes([nil, .hard, nil]) == ["HARD"])
        #expect(try codes([nil, nil, nil]).isEmpty)
    }

    @Test(
        "The answer to a refused revision carries that revision, its correlation, and why",
        arguments: [UpstreamFormat.salesOrderUpdate, .fulfillmentOrderUpdate]
    )
    func refusedRevision(format: UpstreamFormat) throws {
        var answer = report(format, [])
        answer.revision = 7
        answer.correlation = "COM-9_Provision~3"
        answer.reason = "POINT_OF_NO_RETURN"
        answer.description = "revision 7 would change what is installed"
        let body = MessageEncoder().encode(
            answer,
            of: Sample.order,
            context: Sample.context(target: "SEBL_01")
        )
        try expectValid(body, format == .salesOrderUpdate ? .salesOrder : .fulfillmentOrder)
        let text = String(decoding: body, as: UTF8.self)
        for part in [
            "<corecom:Number>7</corecom:Number>",
            "<corecom:COMCorrelationID>COM-9_Provision~3</corecom:COMCorrelationID>",
            "<corecom:ReasonCode>POINT_OF_NO_RETURN</corecom:ReasonCode>",
            "<corecom:Description>revision 7 would change what is installed</corecom:Description>",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
    }

    @Test(
        "Redo and undo name the work as its system does, and say what is asked (A42)",
        arguments: [ExecutionMode.redo, .undo],
        [RequestFormat.provisioningOrder, .fulfillmentOrder]
    )
    func compensation(execution: ExecutionMode, format: RequestFormat) throws {
        var request = Sample.request(format)
        request.execution = execution
        request.externalID = "NET-<77>"
        request.revision = 5
        request.correlation += "~2"
        let body = MessageEncoder().encode(request, of: Sample.order, context: Sample.context())
        try expectValid(body, format == .provisioningOrder ? .provisioningOrder : .fulfillmentOrder)
        let text = String(decoding: body, as: UTF8.self)
        #expect(
            text.contains(
                "<corecom:AlternateObjectKey><corecom:ID schemeID=\"FULFILLMENTSYSTEM_ID\" "
                    + "schemeAgencyID=\"OSMPROV_01\">NET-&lt;77&gt;</corecom:ID></corecom:AlternateObjectKey>"
            ),
            "\(text)"
        )
        #expect(text.contains("ExecutionModeCode>\(execution.rawValue)<"))
        let message = try MessageDecoder().decodeRequest(body, transport: TransportContext(queue: "Q"))
        guard case .fulfillmentRequest(let read) = message.content else { throw UnexpectedContent() }
        #expect(read.execution == execution)
        #expect(read.component == "ProvisionOrder/DSL/1")
        #expect(read.order.revision == "5")
        #expect(read.order.correlation == "S-1_ProvisionOrder/DSL/1~2")
        #expect(read.order.type == (execution == .undo ? "CANCEL" : "SALES ORDER"))
    }

    @Test("What is asked for the first time names no work of the system, and no execution mode")
    func first() throws {
        let body = MessageEncoder().encode(Sample.request(), of: Sample.order, context: Sample.context())
        let text = String(decoding: body, as: UTF8.self)
        #expect(!text.contains("FULFILLMENTSYSTEM_ID") && !text.contains("ExecutionModeCode"))
    }

    @Test("What is undone is described as it was asked for, not as it is wanted now (A42)")
    func formerValues() throws {
        var former = Sample.order.lines[1]
        former.attributes = [LineAttribute(name: "speed", value: "2M")]
        former.productClass = "Low Speed Internet"
        var request = Sample.request()
        request.execution = .undo
        request.formerLines = [former]
        let body = MessageEncoder().encode(request, of: Sample.order, context: Sample.context())
        let message = try MessageDecoder().decodeRequest(body, transport: TransportContext(queue: "Q"))
        guard case .fulfillmentRequest(let read) = message.content else { throw UnexpectedContent() }
        let line = try #require(read.order.lines.first)
        #expect(line.id == "2" && line.productClass == "Low Speed Internet")
        #expect(line.attributes == former.attributes)
        #expect(read.order.lines.map(\.id) == ["2", "3"])
    }
}
