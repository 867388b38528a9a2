package import Orders
internal import XML

/// Makes sense of message bodies: AIA messages, bare or wrapped, and foreign orders by their mappings.
///
/// It can be used from any thread, and once made it never changes.
package struct MessageDecoder: Sendable {
    private let limits: XMLLimits
    private let recognition: Recognition
    private let zone: ZoneRule?

    /// Compiles the mappings' expressions.
    ///
    /// A mapping whose expressions do not compile (``FormatMapping/problems`` tells why, beforehand) fails every message
    /// that it recognizes.
    ///
    /// In an order's properties, dates without zone are read in `zone` and kept in UTC; without a zone they stay as they
    /// are. An order's own dates are texts of the draft in any case.
    package init(
        limits: DecodingLimits = DecodingLimits(),
        mappings: [FormatMapping] = [],
        zone: ZoneRule? = nil
    ) {
        self.zone = zone
        self.limits = limits.parser
        recognition = Recognition(mappings: mappings)
        Envelope.registerNames()
        HeaderName.register()
        OperationName.register()
        TicketAnswerName.register()
        MessageOperationName.register()
        for object in BusinessObject.allCases { _ = ObjectLayout.of(object) }
    }

    /// Reads an order, an update or a fulfillment request.
    package func decode(
        _ body: [UInt8],
        transport: TransportContext
    ) throws(DecodingFailure) -> DecodedMessage {
        try attempt(body, transport).run(asRequest: false)
    }

    /// Reads an order as the system that is asked to fulfill it: a ProcessProvisioningOrder is a request, too.
    package func decodeRequest(
        _ body: [UInt8],
        transport: TransportContext
    ) throws(DecodingFailure) -> DecodedMessage {
        try attempt(body, transport).run(asRequest: true)
    }

    /// The whole header of a message, however far it can be read.
    package func header(of body: [UInt8]) -> EBMHeader? {
        attempt(body, TransportContext(queue: "")).header()
    }

    private func attempt(_ body: [UInt8], _ transport: TransportContext) -> DecodingAttempt {
        DecodingAttempt(
            body: body,
            transport: transport,
            limits: limits,
            recognition: recognition,
            zone: zone
        )
    }
}

/// One body on its way to a message; what was found of its header goes into every failure.
private struct DecodingAttempt {
    let body: [UInt8]
    let transport: TransportContext
    let limits: XMLLimits
    let recognition: Recognition
    let zone: ZoneRule?

    func run(asRequest: Bool) throws(DecodingFailure) -> DecodedMessage {
        try checkContentType()
        let document = try parse()
        var root = document.root
        while true {
            switch recognition.recognize(root) {
            case .message(let names): return try read(root, names, asRequest: asRequest)
            case .mapped(let format): return try read(root, format)
            case .operation: return try readOperation(root)
            case .ticketAnswer: return try readOperation(root, isTicketAnswer: true)
            case .messageOperation: return try readMessageOperation(root)
            case .unusable(let error):
                throw DecodingFailure(
                    Failure(
                        .internalFault,
                        error.description,
                        correctiveAction: "Correct the mapping in the catalog."
                    )
                )
            case nil: break
            }
            guard let content = Envelope.content(of: root) else { break }
            root = content
        }
        let place = (line: root.line, column: root.column)
        throw DecodingFailure(
            recognition.failure(root),
            context: context(header(in: root)),
            line: place.line,
            column: place.column
        )
    }

    func header() -> EBMHeader? {
        guard let document = try? XMLDocument(parsing: body, limits: limits) else {
            return HeaderRecovery.header(in: body, limits: limits)
        }
        var root = document.root
        while let content = Envelope.content(of: root) { root = content }
        return header(in: root)
    }

    private func header(in root: XMLElement) -> EBMHeader? {
        root.first(HeaderName.header).map { EBMHeader(reading: $0) }
    }

    /// What of the header goes into the context of a message that can be read.
    private func briefHeader(in root: XMLElement) -> EBMHeader {
        root.first(HeaderName.header).map { EBMHeader(reading: $0, isWhole: false) } ?? EBMHeader()
    }

    /// What a failure tells of the message when nothing else is known but its way here.
    private func context(_ header: EBMHeader?) -> MessageContext? {
        guard let id = header?.messageID ?? transport.messageID else { return nil }
        var context = (header ?? EBMHeader()).context(messageID: id, transport: transport)
        if let keys = header?.sender?.crossReference {
            var carried = context.carried?.value ?? CarriedHeader()
            carried.crossReference = keys
            context.carried = Rare(carried)
        }
        return context
    }

    private func checkContentType() throws(DecodingFailure) {
        guard let type = transport.contentType, !ContentType.isXML(type) else { return }
        throw DecodingFailure(
            Failure(
                .messageWrongContentType,
                "the content type is \(type.cut(toUTF8Bytes: ContentType.shownBytesMax)), which is not XML"
            ),
            context: context(HeaderRecovery.header(in: body, limits: limits))
        )
    }

    private func parse() throws(DecodingFailure) -> XMLDocument {
        do {
            return try XMLDocument(parsing: body, limits: limits)
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: XMLError) -> DecodingFailure {
        let place = error.line.map { " (line \($0), column \(error.column ?? 0))" } ?? ""
        return DecodingFailure(
            Failure(error.failureCode, "\(error.message)\(place)", correctiveAction: error.remedy),
            context: context(HeaderRecovery.header(in: body, limits: limits)),
            line: error.line ?? 0,
            column: error.column ?? 0
        )
    }

    // MARK: AIA messages

    private func read(
        _ root: XMLElement,
        _ names: MessageNames,
        asRequest: Bool
    ) throws(DecodingFailure) -> DecodedMessage {
        let header = briefHeader(in: root)
        let place = (line: root.line, column: root.column)
        let element = names.order(in: root)
        let content = content(element, names.kind, asRequest: asRequest)
        guard let id = header.messageID else {
            throw DecodingFailure(
                Failure(.messageIDMissing, "\(names.kind.rootName) has no EBMHeader/EBMID"),
                context: self.context(self.header(in: root) ?? EBMHeader()),
                orderKey: content?.orderKey,
                line: place.line,
                column: place.column
            )
        }
        let context = header.context(messageID: id, transport: transport)
        guard let content else {
            let place = (line: element.line, column: element.column)
            throw DecodingFailure(
                Failure(.orderIDMissing, "\(names.kind.rawValue) has no Identification/ID"),
                context: context,
                line: place.line,
                column: place.column
            )
        }
        return DecodedMessage(name: names.kind.rootName, context: context, content: content)
    }

    private func content(
        _ element: XMLElement,
        _ kind: MessageKind,
        asRequest: Bool
    ) -> DecodedMessage.Content? {
        if kind == .processFulfillmentOrderUpdate {
            return UpdateReader(transport: transport, zone: zone).read(element).map { .update($0) }
        }
        guard let draft = OrderReader(kind.object, transport: transport, zone: zone).read(element) else {
            return nil
        }
        guard asRequest || kind == .processFulfillmentOrder else { return .order(draft) }
        return .fulfillmentRequest(
            FulfillmentRequest(
                component: draft.component(ofOrder: draft.salesOrderID ?? draft.key.rawValue),
                function: draft.requestedFunction,
                execution: draft.requestedExecution,
                order: draft
            )
        )
    }

    private func readOperation(
        _ root: XMLElement,
        isTicketAnswer: Bool = false
    ) throws(DecodingFailure) -> DecodedMessage {
        let header = header(in: root) ?? EBMHeader()
        let place = (line: root.line, column: root.column)
        let name =
            isTicketAnswer ? TicketAnswerName.root.local : OperationWriter.identity.operation + "EBM"
        let read: OperationReader.Result
        do {
            read =
                isTicketAnswer
                ? try TicketAnswerReader().read(root, header: header)
                : try OperationReader().read(root, header: header)
        } catch {
            throw DecodingFailure(
                error.failure,
                context: context(header),
                orderKey: error.orderKey,
                line: place.line,
                column: place.column
            )
        }
        guard let id = header.messageID else {
            throw DecodingFailure(
                Failure(.messageIDMissing, "\(name) has no EBMHeader/EBMID"),
                context: context(header),
                orderKey: read.orderKey,
                line: place.line,
                column: place.column
            )
        }
        return DecodedMessage(
            name: name,
            context: header.context(messageID: id, transport: transport),
            content: .operation(read.operation, on: read.orderKey)
        )
    }

    private func readMessageOperation(_ root: XMLElement) throws(DecodingFailure) -> DecodedMessage {
        let header = header(in: root) ?? EBMHeader()
        func problem(_ failure: Failure) -> DecodingFailure {
            DecodingFailure(failure, context: context(header), line: root.line, column: root.column)
        }
        let operation: MessageOperation
        do {
            operation = try MessageOperationReader().read(root, header: header)
        } catch {
            throw problem(error.failure)
        }
        let name = MessageEncoder.messageOperationName
        guard let id = header.messageID else {
            throw problem(Failure(.messageIDMissing, "\(name) has no EBMHeader/EBMID"))
        }
        return DecodedMessage(
            name: name,
            context: header.context(messageID: id, transport: transport),
            content: .messageOperation(operation)
        )
    }

    // MARK: Foreign formats

    private func read(_ root: XMLElement, _ format: MappedFormat) throws(DecodingFailure) -> DecodedMessage {
        let place = (line: root.line, column: root.column)
        let result: MappedOrderReader.Result
        do {
            var node = try XPathDocument(parsing: body, limits: limits).root
            while node.name != format.root.local || node.namespace != format.root.namespace,
                let content = Envelope.content(of: node)
            {
                node = content
            }
            result = try MappedOrderReader(format: format, root: node).read()
        } catch {
            throw failure(error)
        }
        let id = result.messageID ?? transport.messageID ?? ContentIdentification.text(of: body)
        var header = EBMHeader()
        header.messageName = format.name
        let context = header.context(messageID: id, transport: transport)
        guard let order = result.order else {
            throw DecodingFailure(
                Failure(
                    .orderIDMissing,
                    "the format \(format.name) found no order key",
                    correctiveAction: "Set the order's identification, or correct order.key of the mapping."
                ),
                context: context,
                line: place.line,
                column: place.column
            )
        }
        return DecodedMessage(name: format.name, context: context, content: .order(order))
    }
}

extension DecodedMessage.Content {
    /// The order it is about.
    package var orderKey: OrderKey? {
        switch self {
        case .order(let draft): draft.key
        case .update(let update): update.orderKey
        case .fulfillmentRequest(let request): request.order.key
        case .operation(_, let key): key
        case .messageOperation(let operation): operation.parkedFor
        }
    }
}

extension XMLError {
    /// The published code that says the same.
    var failureCode: FailureCode {
        switch code {
        case .tooLarge: .messageTooLarge
        case .dtdRefused, .tooDeep, .tooManyElements, .tooManyAttributes, .tooManyNamespaces, .nameTooLong,
            .expressionLimit:
            .messageUnsafe
        case .outOfMemory, .expressionEvaluation, .expressionSyntax: .internalFault
        default: .messageNotXML
        }
    }
}
