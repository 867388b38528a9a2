internal import Orders
internal import XML

extension EBMHeader {
    /// Writes the header in the order of its layout.
    func write(to writer: inout XMLWriter) {
        writer.open("corecom:EBMHeader")
        writer.element("corecom:EBMID", ifPresent: messageID)
        writer.element("corecom:EBMName", ifPresent: messageName)
        writer.element("corecom:EBOName", ifPresent: objectName)
        writer.element("corecom:CreationDateTime", ifPresent: creationDateTime)
        writer.element("corecom:RequestEBMID", ifPresent: requestMessageID)
        writer.element("corecom:VerbCode", ifPresent: verb)
        if environment != nil || definitionID != nil {
            writer.open("corecom:MessageProcessingInstruction")
            writer.element("corecom:EnvironmentCode", ifPresent: environment)
            writer.element("corecom:DefinitionID", ifPresent: definitionID)
            writer.close()
        }
        if let sender {
            writer.open("corecom:Sender")
            sender.writeContent(to: &writer)
            writer.close()
        }
        if let target {
            writer.open("corecom:Target")
            writer.element("corecom:ID", ifPresent: target.id)
            writer.element("corecom:ApplicationTypeCode", ifPresent: target.applicationType)
            writer.element("corecom:ServiceName", ifPresent: target.serviceName)
            writer.close()
        }
        for scope in scopes {
            writer.open("corecom:BusinessScope")
            scope.writeContent(to: &writer)
            writer.close()
        }
        writeTracking(to: &writer)
        writer.close()
    }

    /// The hop stands in the newest entry, as exactly one survives.
    private func writeTracking(to writer: inout XMLWriter) {
        for (position, entry) in tracking.enumerated() {
            writer.open("corecom:EBMTracking")
            writer.element("corecom:SequenceNumber", String(entry.sequence))
            writer.element("corecom:ExecutionUnitID", ifPresent: entry.unitID)
            writer.element("corecom:ExecutionUnitName", ifPresent: entry.unitName)
            writer.element("corecom:ImplementationCode", ifPresent: entry.implementation)
            writer.element("corecom:ActivityDateTime", ifPresent: entry.activity)
            if position == tracking.count - 1 { hop?.write(to: &writer) }
            writer.close()
        }
    }
}

extension EBMHeader.Sender {
    func writeContent(to writer: inout XMLWriter) {
        writer.element("corecom:ID", ifPresent: id)
        writer.element("corecom:Description", ifPresent: description)
        writer.element("corecom:IPAddress", ifPresent: address)
        writer.element("corecom:SenderMessageID", ifPresent: messageID)
        writer.element("corecom:TransactionCode", ifPresent: transactionCode)
        if applicationID != nil || applicationVersion != nil {
            writer.open("corecom:Application")
            writer.element("corecom:ID", ifPresent: applicationID)
            writer.element("corecom:Version", ifPresent: applicationVersion)
            writer.close()
        }
        writer.element("corecom:ContactName", ifPresent: contactName)
        writer.element("corecom:ContactEmail", ifPresent: contactEmail)
        writer.element("corecom:ContactPhoneNumber", ifPresent: contactPhoneNumber)
        guard let keys = crossReference else { return }
        writer.open("corecom:ObjectCrossReference")
        writer.open("corecom:SenderObjectIdentification")
        writer.identifier("corecom:BusinessComponentID", keys.componentID, scheme: "SALESORDER_ID")
        writer.identifier("corecom:ID", keys.number, scheme: "SALESORDER_NUMBER")
        if let revision = keys.revision {
            writer.open("corecom:Revision")
            writer.element("corecom:Number", revision)
            writer.close()
        }
        writer.close()
        writer.close()
    }
}

extension EBMHeader.Scope {
    func writeContent(to writer: inout XMLWriter) {
        writer.element("corecom:ID", ifPresent: scope.id)
        writer.element("corecom:InstanceID", ifPresent: scope.instanceID)
        writer.element("corecom:BusinessScopeTypeCode", ifPresent: type)
        writer.element("corecom:EnterpriseServiceName", ifPresent: scope.serviceName)
        writer.element("corecom:EnterpriseServiceOperationName", ifPresent: scope.operationName)
    }
}

extension MessageHop {
    func write(to writer: inout XMLWriter) {
        writer.open("corecom:IntermediateMessageHop")
        writer.element("corecom:SenderResourceTypeCode", resourceType)
        writer.element("corecom:SenderResourceID", resource)
        writer.element("corecom:SenderMessageID", messageID)
        writer.close()
    }
}

extension XMLWriter {
    /// Adds an identifier of a scheme that everybody shares.
    mutating func identifier(_ name: StaticString, _ value: String?, scheme: String) {
        guard let value else { return }
        open(name)
        attribute("schemeID", scheme)
        attribute("schemeAgencyID", "COMMON")
        text(value)
        close()
    }
}
