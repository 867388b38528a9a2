internal import Orders
internal import XML

/// Reads the order a message carries into a draft.
struct OrderReader {
    let layout: ObjectLayout
    let transport: TransportContext
    let zone: ZoneRule?

    init(_ object: BusinessObject, transport: TransportContext, zone: ZoneRule?) {
        self.zone = zone
        layout = .of(object)
        self.transport = transport
    }

    /// - Returns: `nil` when the order has no identification.
    func read(_ element: XMLElement) -> OrderDraft? {
        let object = layout.object
        let values = ElementValues(
            reading: element,
            layout.order,
            object: object,
            ownScheme: object.orderScheme,
            zone: zone
        )
        let asking = values[.identification]
        guard let key = values[.componentIdentification] ?? asking ?? values.anyComponentIdentification else {
            return nil
        }
        var draft = OrderDraft(
            key: OrderKey(key),
            revision: values[.revision],
            mode: values[.mode],
            priority: values[.priority],
            type: values[.type],
            source: values[.source],
            orderDate: values[.orderDate],
            requestedDelivery: values[.requestedDelivery],
            accountID: values[.accountID] ?? Self.accountID(values.properties),
            accountName: values[.accountName],
            correlation: values[.correlation],
            properties: values.properties,
            extensions: values.extensions
        )
        if object != .salesOrder {
            draft.salesOrderID = asking
            draft.correlation = draft.correlation ?? transport.correlationID
        }
        // Whoever is asked by a station is asked when it is his turn: only the order of order capture follows others.
        if object == .salesOrder, values.hasBaseReferences { draft.bases = BasePath.bases(values.properties) }
        draft.lines = values.lines.map(read(line:))
        return draft
    }

    private func read(line element: XMLElement) -> LineDraft {
        let object = layout.object
        let values = ElementValues(
            reading: element,
            layout.line,
            object: object,
            ownScheme: object.lineScheme,
            zone: zone
        )
        let asking = values[.identification]
        var line = LineDraft(
            id: values[.componentIdentification] ?? asking ?? values.anyComponentIdentification,
            parents: values.parents,
            action: Self.action(values),
            name: values[.itemName],
            type: values[.itemType],
            quantity: values[.quantity],
            requestedDelivery: values[.requestedDelivery],
            sourceLines: values.sourceLines,
            properties: values.properties,
            attributes: values.attributes,
            extensions: values.extensions,
            documentLine: element.line
        )
        if object != .salesOrder, line.sourceLines.isEmpty, let asking { line.sourceLines = [asking] }
        if object == .salesOrder, values.hasBaseReferences { line.bases = BasePath.bases(values.properties) }
        let primary = values[.primaryClassification]
        let item = values[.classification]
        // What the asking station calls the product's class comes first where a station asks.
        if object == .salesOrder, let primary {
            line.productClass = primary
            if let item { line.properties[Self.itemCodePath] = item }
        } else {
            line.productClass = item ?? primary
            if item != nil, let primary { line.properties[Self.primaryCodePath] = primary }
        }
        return line
    }

    static let primaryCodePath = "ItemReference/PrimaryClassificationCode"
    static let itemCodePath = "ItemReference/ClassificationCode[\(ElementValues.fulfillmentItemList)]"
    static let accountPath = "CustomerPartyReference/CustomerPartyAccountIdentification"

    /// ADD with the sub-action MOVE-ADD is MOVE-ADD, likewise for DELETE.
    private static func action(_ values: ElementValues) -> String? {
        guard let sub = values[.subAction], let action = values[.action], let move = ServiceAction(code: sub),
            move.baseCode == action.uppercased()
        else { return values[.action] ?? values[.subAction] }
        return move.rawValue
    }

    /// Some senders identify the account by a key of their own only.
    private static func accountID(_ properties: [String: String]) -> String? {
        for name in ["/ID", "/ApplicationObjectKey/ID"] {
            let path = accountPath + name
            if let value = properties[path] { return value }
            if let key = properties.keys.filter({ $0.isPath(path, withScheme: false) && !$0.contains("/@") })
                .min()
            {
                return properties[key]
            }
        }
        return nil
    }
}

extension ServiceAction {
    /// The action as a receiver that knows no moves takes it.
    var baseCode: String {
        switch self {
        case .moveAdd: ServiceAction.add.rawValue
        case .moveDelete: ServiceAction.delete.rawValue
        case .add, .update, .delete, .suspend, .resume, .none: rawValue
        }
    }

    /// The sub-action beside ``baseCode``, for moves.
    var subActionCode: String? {
        switch self {
        case .moveAdd, .moveDelete: rawValue
        case .add, .update, .delete, .suspend, .resume, .none: nil
        }
    }
}
