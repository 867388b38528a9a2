internal import Orders
internal import XML

extension EBMHeader {
    /// Reads an EBMHeader element, whatever the order of what is in it.
    init(reading element: XMLElement) {
        self.init()
        for child in element.children {
            guard let name = child.vocabularyName else { continue }
            switch name {
            case HeaderName.messageID: messageID = child.textIfNotEmpty
            case HeaderName.messageName: messageName = child.textIfNotEmpty
            case HeaderName.objectName: objectName = child.textIfNotEmpty
            case HeaderName.creationDateTime: creationDateTime = child.textIfNotEmpty
            case HeaderName.requestMessageID: requestMessageID = child.textIfNotEmpty
            case HeaderName.verbCode: verb = child.textIfNotEmpty
            case HeaderName.processingInstruction:
                environment = child.value(HeaderName.environmentCode)
                definitionID = child.value(HeaderName.definitionID)
            case HeaderName.sender: sender = Sender(reading: child)
            case HeaderName.target:
                target = Target(
                    id: child.value(.id),
                    applicationType: child.value(HeaderName.applicationTypeCode),
                    serviceName: child.value(HeaderName.serviceName)
                )
            case HeaderName.businessScope: scopes.append(Scope(reading: child))
            case HeaderName.tracking: read(tracking: child)
            case HeaderName.batch:
                batch = Batch(
                    status: child.value(HeaderName.statusCode),
                    id: child.value(.id),
                    name: child.value(.specificationName)
                )
            default: continue
            }
        }
        if tracking.count > Self.trackingEntriesMax {
            tracking.removeFirst(tracking.count - Self.trackingEntriesMax)
        }
    }

    private mutating func read(tracking element: XMLElement) {
        let number = element.value(HeaderName.sequenceNumber).flatMap { Int($0) }
        tracking.append(
            TrackingEntry(
                sequence: max(0, number ?? tracking.count + 1),
                unitID: element.value(HeaderName.unitID),
                unitName: element.value(HeaderName.unitName),
                implementation: element.value(HeaderName.implementationCode),
                activity: element.value(HeaderName.activityDateTime)
            )
        )
        if let hop = element.first(HeaderName.hop) {
            self.hop = MessageHop(
                resourceType: hop.value(HeaderName.resourceTypeCode) ?? "",
                resource: hop.value(HeaderName.resourceID) ?? "",
                messageID: hop.value(HeaderName.senderMessageID) ?? ""
            )
        }
    }
}

extension EBMHeader.Sender {
    init(reading element: XMLElement) {
        self.init()
        id = element.value(.id)
        description = element.value(HeaderName.description)
        address = element.value(HeaderName.address)
        messageID = element.value(HeaderName.senderMessageID)
        transactionCode = element.value(HeaderName.transactionCode)
        if let application = element.first(HeaderName.application) {
            applicationID = application.value(.id)
            applicationVersion = application.value(HeaderName.version)
        }
        contactName = element.value(HeaderName.contactName)
        contactEmail = element.value(HeaderName.contactEmail)
        contactPhoneNumber = element.value(HeaderName.contactPhoneNumber)
        if let keys = element.first(HeaderName.crossReference)?.first(HeaderName.senderObjectIdentification) {
            crossReference = EBMHeader.CrossReference(
                componentID: keys.value(.businessComponentID),
                number: keys.value(.id),
                revision: keys.first(HeaderName.revision)?.value(HeaderName.number)
            )
        }
    }
}

extension EBMHeader.Scope {
    init(reading element: XMLElement) {
        self.init(
            type: element.value(HeaderName.scopeTypeCode),
            scope: BusinessScope(
                id: element.value(.id),
                instanceID: element.value(HeaderName.instanceID),
                serviceName: element.value(HeaderName.enterpriseServiceName),
                operationName: element.value(HeaderName.enterpriseOperationName)
            )
        )
    }
}

/// The names of a header.
enum HeaderName {
    static let header = XMLName.common("EBMHeader")
    static let messageID = XMLName.common("EBMID")
    static let messageName = XMLName.common("EBMName")
    static let objectName = XMLName.common("EBOName")
    static let creationDateTime = XMLName.common("CreationDateTime")
    static let requestMessageID = XMLName.common("RequestEBMID")
    static let verbCode = XMLName.common("VerbCode")
    static let processingInstruction = XMLName.common("MessageProcessingInstruction")
    static let environmentCode = XMLName.common("EnvironmentCode")
    static let definitionID = XMLName.common("DefinitionID")
    static let sender = XMLName.common("Sender")
    static let description = XMLName.common("Description")
    static let address = XMLName.common("IPAddress")
    static let senderMessageID = XMLName.common("SenderMessageID")
    static let transactionCode = XMLName.common("TransactionCode")
    static let application = XMLName.common("Application")
    static let version = XMLName.common("Version")
    static let contactName = XMLName.common("ContactName")
    static let contactEmail = XMLName.common("ContactEmail")
    static let contactPhoneNumber = XMLName.common("ContactPhoneNumber")
    static let crossReference = XMLName.common("ObjectCrossReference")
    static let senderObjectIdentification = XMLName.common("SenderObjectIdentification")
    static let revision = XMLName.common("Revision")
    static let number = XMLName.common("Number")
    static let target = XMLName.common("Target")
    static let applicationTypeCode = XMLName.common("ApplicationTypeCode")
    static let serviceName = XMLName.common("ServiceName")
    static let businessScope = XMLName.common("BusinessScope")
    static let scopeTypeCode = XMLName.common("BusinessScopeTypeCode")
    static let instanceID = XMLName.common("InstanceID")
    static let enterpriseServiceName = XMLName.common("EnterpriseServiceName")
    static let enterpriseOperationName = XMLName.common("EnterpriseServiceOperationName")
    static let tracking = XMLName.common("EBMTracking")
    static let sequenceNumber = XMLName.common("SequenceNumber")
    static let unitID = XMLName.common("ExecutionUnitID")
    static let unitName = XMLName.common("ExecutionUnitName")
    static let implementationCode = XMLName.common("ImplementationCode")
    static let activityDateTime = XMLName.common("ActivityDateTime")
    static let hop = XMLName.common("IntermediateMessageHop")
    static let resourceTypeCode = XMLName.common("SenderResourceTypeCode")
    static let resourceID = XMLName.common("SenderResourceID")
    static let batch = XMLName.common("MessageBatch")
    static let statusCode = XMLName.common("StatusCode")
}

extension HeaderName {
    /// A document is parsed with the names that are known by then.
    static func register() {
        _ = [
            header, messageID, messageName, objectName, creationDateTime, requestMessageID, verbCode,
            processingInstruction, environmentCode, definitionID, sender, description, address,
            senderMessageID,
            transactionCode, application, version, contactName, contactEmail, contactPhoneNumber,
            crossReference,
            senderObjectIdentification, revision, number, target, applicationTypeCode, serviceName,
            businessScope,
            scopeTypeCode, instanceID, enterpriseServiceName, enterpriseOperationName, tracking,
            sequenceNumber,
            unitID, unitName, implementationCode, activityDateTime, hop, resourceTypeCode, resourceID, batch,
            statusCode, XMLName.id, .businessComponentID, .custom, .specificationGroup, .specification,
            .specificationName, .specificationValue, .specificationAction, .specificationDataType,
            .actionCode,
            .schemeID, .listID,
        ]
    }
}
