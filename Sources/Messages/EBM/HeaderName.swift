internal import XML

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
    static let batchParameter = XMLName.common("BatchParameter")
    static let statusCode = XMLName.common("StatusCode")
    static let replyAddress = XMLName.common("WSAddress")
    static let faultNotification = XMLName.common("FaultNotification")
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
            batchParameter, statusCode, replyAddress, faultNotification, XMLName.id, .businessComponentID,
            .custom, .specificationGroup, .specification,
            .specificationName, .specificationValue, .specificationAction, .specificationDataType,
            .actionCode,
            .schemeID, .listID, .schemeAgencyID, .unitCode,
        ]
    }
}
