internal import Fulfillment
internal import Orders
internal import XML

/// Writes the AIA common fault: which message failed, why, what to do, and which order it was about.
struct FaultWriter {
    let report: FaultReport
    let context: EncodingContext

    /// Longer texts are cut, as order capture's tickets do.
    private static let textBytesMax = 2_000

    func write() -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 4 * 1024)
        writer.declaration()
        writer.open("corecom:Fault")
        writer.namespace(prefix: "corecom", uri: Namespace.common)
        writer.namespace(prefix: "ordfail", uri: Namespace.orderFailure)
        writeReference(&writer)
        writer.open("corecom:FaultNotification")
        writer.element("corecom:ReportingDateTime", report.occurredAt.text)
        writer.element(
            "corecom:CorrectiveAction",
            report.failure.correctiveAction.cut(toUTF8Bytes: Self.textBytesMax)
        )
        writeMessage(&writer)
        writer.open("corecom:FaultingService")
        writer.element("corecom:ID", context.senderID)
        writer.element("corecom:ImplementationCode", EBMHeader.implementation)
        writer.element("corecom:InstanceID", context.messageID.rawValue)
        writer.element("corecom:ExecutionContextID", ifPresent: process?.instanceID)
        writer.close()
        writer.close()
        writer.close()
        return writer.finish()
    }

    private var cause: MessageContext? { context.cause ?? context.origin }
    private var process: BusinessScope? { cause?.businessProcess ?? context.origin?.businessProcess }

    /// The failing message, from its header.
    private func writeReference(_ writer: inout XMLWriter) {
        guard let cause else { return }
        writer.open("corecom:EBMReference")
        if !cause.messageID.rawValue.isEmpty { writer.element("corecom:EBMID", cause.messageID.rawValue) }
        writer.element("corecom:EBMName", ifPresent: cause.messageName)
        writer.element("corecom:EBOName", ifPresent: cause.objectName)
        writer.element("corecom:VerbCode", ifPresent: cause.verb)
        if let process {
            writer.open("corecom:BusinessScopeReference")
            EBMHeader.Scope(type: EBMHeader.Scope.businessProcess, scope: process).writeContent(to: &writer)
            writer.close()
        }
        var sender = EBMHeader.Sender()
        sender.id = cause.sender?.id
        sender.messageID = cause.sender?.messageID
        sender.transactionCode = cause.sender?.transactionCode
        sender.applicationID = cause.sender?.applicationID
        sender.applicationVersion = cause.sender?.applicationVersion
        if let key = report.orderKey {
            sender.crossReference = EBMHeader.CrossReference(
                componentID: key.rawValue,
                number: report.salesOrderID ?? key.rawValue,
                revision: report.revision
            )
        } else {
            sender.crossReference = cause.carried?.value.crossReference
        }
        writer.open("corecom:SenderReference")
        sender.writeContent(to: &writer)
        writer.close()
        if let target = cause.targetID {
            writer.open("corecom:Target")
            writer.element("corecom:ID", target)
            writer.close()
        }
        writer.close()
    }

    private func writeMessage(_ writer: inout XMLWriter) {
        let failure = report.failure
        writer.open("corecom:FaultMessage")
        writer.element("corecom:Code", failure.code.rawValue)
        writer.element("corecom:Text", failure.text.cut(toUTF8Bytes: Self.textBytesMax))
        writer.element("corecom:Severity", failure.severity.rawValue)
        writer.element("corecom:Stack", stack)
        writer.open("corecom:ApplicationFaultData")
        writeOrderFailure(&writer)
        writer.close()
        cause?.hop?.write(to: &writer)
        writer.close()
    }

    /// Where it happened, from the role down to the message that was being worked on.
    private var stack: String {
        var places = ["role \(report.role)"]
        if let key = report.orderKey {
            places.append("order \(key)" + (report.revision.map { ", revision \($0)" } ?? ""))
        }
        if let component = report.failure.component { places.append("component \(component)") }
        if let line = report.failure.line { places.append("line \(line)") }
        if let cause, !cause.messageID.rawValue.isEmpty {
            let queue = cause.hop.map { " from \($0.resource)" } ?? ""
            places.append("message \(cause.messageID)\(queue)")
        }
        return places.joined(separator: "\n").cut(toUTF8Bytes: Self.textBytesMax)
    }

    private func writeOrderFailure(_ writer: inout XMLWriter) {
        let failure = report.failure
        writer.open("ordfail:OrderFailureData")
        if let key = report.orderKey {
            let number = report.salesOrderID ?? key.rawValue
            writer.open("ordfail:OrderID")
            writer.identifier("corecom:BusinessComponentID", key.rawValue, scheme: SchemeName.salesOrder)
            writer.identifier("corecom:ID", number, scheme: SchemeName.salesOrderNumber)
            writeAlternateKey(number, scheme: SchemeName.salesOrderNumber, &writer)
            writeAlternateKey(report.revision, scheme: SchemeName.salesOrderRevision, &writer)
            writer.close()
        }
        if report.accountID != nil || report.accountName != nil {
            writer.open("ordfail:AccountID")
            writer.identifier("corecom:BusinessComponentID", report.accountID, scheme: SchemeName.account)
            writer.identifier("corecom:ID", report.accountName, scheme: SchemeName.accountName)
            writer.close()
        }
        if let line = failure.line {
            writer.open("ordfail:OrderLineID")
            writer.identifier("corecom:ID", line.rawValue, scheme: SchemeName.salesOrderLine)
            writer.close()
        }
        writer.element("ordfail:ComponentID", ifPresent: failure.component?.rawValue)
        let processing = report.processing
        writer.element("ordfail:ProcessingNumber", ifPresent: processing["ProcessingNumber"])
        writer.element("ordfail:ProcessingTypeCode", ifPresent: processing["ProcessingTypeCode"])
        writer.element("ordfail:ProcessingQuantity", ifPresent: processing["ProcessingQuantity"])
        writer.element("ordfail:FailureSystemCode", report.role.rawValue)
        writer.element("ordfail:FailureCode", ifPresent: failure.externalCode)
        writer.close()
    }

    private func writeAlternateKey(_ value: String?, scheme: String, _ writer: inout XMLWriter) {
        guard let value else { return }
        writer.open("corecom:AlternateObjectKey")
        writer.identifier("corecom:ID", value, scheme: scheme)
        writer.close()
    }
}
