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
        writeInstruction(to: &writer)
        if let sender {
            writer.open("corecom:Sender")
            sender.writeContent(to: &writer)
            if let replyAddress { writer.raw(replyAddress) }
            writeCustom(HeaderGroup.sender, to: &writer)
            writer.close()
        }
        if let target {
            writer.open("corecom:Target")
            writer.element("corecom:ID", ifPresent: target.id)
            writer.element("corecom:ApplicationTypeCode", ifPresent: target.applicationType)
            writer.element("corecom:ServiceName", ifPresent: target.serviceName)
            writeCustom(HeaderGroup.target, to: &writer)
            writer.close()
        }
        for scope in scopes {
            writer.open("corecom:BusinessScope")
            scope.writeContent(to: &writer)
            writer.close()
        }
        writeTracking(to: &writer)
        if let carried = carried?.value {
            for notification in carried.faultNotifications { writer.raw(notification) }
            writeBatch(to: &writer)
            writeCustom(nil, to: &writer)
        }
        writer.close()
    }

    private func writeInstruction(to writer: inout XMLWriter) {
        guard environment != nil || carried != nil else { return }
        writer.open("corecom:MessageProcessingInstruction")
        writer.element("corecom:EnvironmentCode", ifPresent: environment)
        writer.element("corecom:DefinitionID", ifPresent: definitionID)
        writeCustom(HeaderGroup.processingInstruction, to: &writer)
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
            if let extensions = entry.extensions { writer.custom(extensions) }
            writer.close()
        }
    }

    private func writeBatch(to writer: inout XMLWriter) {
        let extensions = extensions(in: HeaderGroup.batch)
        guard batch != nil || !extensions.isEmpty else { return }
        writer.open("corecom:MessageBatch")
        if let batch {
            writer.element("corecom:StatusCode", ifPresent: batch.status)
            writer.element("corecom:ID", ifPresent: batch.id)
            writer.element("corecom:Name", ifPresent: batch.name)
            for parameter in batch.parameters { writer.raw(parameter) }
        }
        writer.custom(extensions)
        writer.close()
    }

    private func writeCustom(_ group: String?, to writer: inout XMLWriter) {
        guard carried != nil else { return }
        writer.custom(extensions(in: group))
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
        writer.custom(extensions)
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
    /// Adds a Custom element with these fragments, or nothing when there are none.
    fileprivate mutating func custom(_ fragments: [String]) {
        guard !fragments.isEmpty else { return }
        open("corecom:Custom")
        for fragment in fragments { raw(fragment) }
        close()
    }

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
