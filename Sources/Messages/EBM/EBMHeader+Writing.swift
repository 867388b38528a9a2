internal import Orders
internal import XML

extension EBMHeader {
    /// Writes the header of an outgoing message in the order of its layout.
    @discardableResult
    func write(to writer: inout XMLWriter) -> HeaderGaps {
        var gaps = HeaderGaps(HeaderStamp(self), in: &writer)
        writer.open("corecom:EBMHeader")
        gaps.fill(.messageID, in: &writer)
        writer.element("corecom:EBMName", ifPresent: messageName)
        writer.element("corecom:EBOName", ifPresent: objectName)
        gaps.fill(.moment, in: &writer)
        gaps.fill(.requestMessageID, in: &writer)
        writer.element("corecom:VerbCode", ifPresent: verb)
        writeInstruction(to: &writer)
        if let sender {
            writer.open("corecom:Sender")
            sender.writeIdentity(to: &writer)
            gaps.fill(.senderMessageID, in: &writer)
            sender.writeRest(to: &writer)
            if let replyAddress { writer.raw(replyAddress) }
            writeCustom(HeaderGroup.sender, to: &writer)
            writer.close()
        }
        if target != nil {
            writer.open("corecom:Target")
            gaps.fill(.target, in: &writer)
            writeCustom(HeaderGroup.target, to: &writer)
            writer.close()
        }
        for scope in scopes.dropLast() {
            writer.open("corecom:BusinessScope")
            scope.writeContent(to: &writer)
            writer.close()
        }
        // That of this message.
        if let scope = scopes.last {
            writer.open("corecom:BusinessScope")
            writer.element("corecom:ID", ifPresent: scope.scope.id)
            gaps.fill(.messageScope, in: &writer)
            scope.writeRest(to: &writer)
            writer.close()
        }
        writeTracking(to: &writer, &gaps)
        if let carried = carried?.value {
            for notification in carried.faultNotifications { writer.raw(notification) }
            writeBatch(to: &writer)
            writeCustom(nil, to: &writer)
        }
        writer.close()
        return gaps
    }

    private func writeInstruction(to writer: inout XMLWriter) {
        guard environment != nil || carried != nil else { return }
        writer.open("corecom:MessageProcessingInstruction")
        writer.element("corecom:EnvironmentCode", ifPresent: environment)
        writer.element("corecom:DefinitionID", ifPresent: definitionID)
        writeCustom(HeaderGroup.processingInstruction, to: &writer)
        writer.close()
    }

    /// The newest entry is ours; the hop stands in it, as exactly one survives.
    private func writeTracking(to writer: inout XMLWriter, _ gaps: inout HeaderGaps) {
        for (position, entry) in tracking.enumerated() {
            writer.open("corecom:EBMTracking")
            writer.element("corecom:SequenceNumber", String(entry.sequence))
            writer.element("corecom:ExecutionUnitID", ifPresent: entry.unitID)
            writer.element("corecom:ExecutionUnitName", ifPresent: entry.unitName)
            writer.element("corecom:ImplementationCode", ifPresent: entry.implementation)
            if position == tracking.count - 1 {
                gaps.fill(.activity, in: &writer)
            } else {
                writer.element("corecom:ActivityDateTime", ifPresent: entry.activity)
            }
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
        writeIdentity(to: &writer)
        writer.element("corecom:SenderMessageID", ifPresent: messageID)
        writeRest(to: &writer)
    }

    fileprivate func writeIdentity(to writer: inout XMLWriter) {
        writer.element("corecom:ID", ifPresent: id)
        writer.element("corecom:Description", ifPresent: description)
        writer.element("corecom:IPAddress", ifPresent: address)
    }

    fileprivate func writeRest(to writer: inout XMLWriter) {
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
        writeRest(to: &writer)
    }

    fileprivate func writeRest(to writer: inout XMLWriter) {
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
