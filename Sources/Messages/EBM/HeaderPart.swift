internal import XML

/// What is read of a header, so that an element is looked up once instead of being compared with each name.
enum HeaderPart: Int, CaseIterable {
    case activityDateTime
    case address
    case application
    case applicationTypeCode
    case batch
    case batchParameter
    case businessScope
    case contactEmail
    case contactName
    case contactPhoneNumber
    case creationDateTime
    case crossReference
    case definitionID
    case description
    case enterpriseOperationName
    case enterpriseServiceName
    case environmentCode
    case faultNotification
    case hop
    case id
    case implementationCode
    case instanceID
    case messageID
    case messageName
    case objectName
    case processingInstruction
    case replyAddress
    case requestMessageID
    case scopeTypeCode
    case sender
    case senderMessageID
    case sequenceNumber
    case serviceName
    case specificationName
    case statusCode
    case target
    case tracking
    case transactionCode
    case unitID
    case unitName
    case verbCode

    /// `nil` for what nobody here knows.
    init?(of element: XMLElement) {
        guard let number = Self.table[element] else { return nil }
        self.init(rawValue: number)
    }

    private static let table = allCases.reduce(into: XMLNameTable()) { $0[$1.name] = $1.rawValue }

    private var name: XMLName {
        switch self {
        case .activityDateTime: HeaderName.activityDateTime
        case .address: HeaderName.address
        case .application: HeaderName.application
        case .applicationTypeCode: HeaderName.applicationTypeCode
        case .batch: HeaderName.batch
        case .batchParameter: HeaderName.batchParameter
        case .businessScope: HeaderName.businessScope
        case .contactEmail: HeaderName.contactEmail
        case .contactName: HeaderName.contactName
        case .contactPhoneNumber: HeaderName.contactPhoneNumber
        case .creationDateTime: HeaderName.creationDateTime
        case .crossReference: HeaderName.crossReference
        case .definitionID: HeaderName.definitionID
        case .description: HeaderName.description
        case .enterpriseOperationName: HeaderName.enterpriseOperationName
        case .enterpriseServiceName: HeaderName.enterpriseServiceName
        case .environmentCode: HeaderName.environmentCode
        case .faultNotification: HeaderName.faultNotification
        case .hop: HeaderName.hop
        case .id: XMLName.id
        case .implementationCode: HeaderName.implementationCode
        case .instanceID: HeaderName.instanceID
        case .messageID: HeaderName.messageID
        case .messageName: HeaderName.messageName
        case .objectName: HeaderName.objectName
        case .processingInstruction: HeaderName.processingInstruction
        case .replyAddress: HeaderName.replyAddress
        case .requestMessageID: HeaderName.requestMessageID
        case .scopeTypeCode: HeaderName.scopeTypeCode
        case .sender: HeaderName.sender
        case .senderMessageID: HeaderName.senderMessageID
        case .sequenceNumber: HeaderName.sequenceNumber
        case .serviceName: HeaderName.serviceName
        case .specificationName: XMLName.specificationName
        case .statusCode: HeaderName.statusCode
        case .target: HeaderName.target
        case .tracking: HeaderName.tracking
        case .transactionCode: HeaderName.transactionCode
        case .unitID: HeaderName.unitID
        case .unitName: HeaderName.unitName
        case .verbCode: HeaderName.verbCode
        }
    }
}
