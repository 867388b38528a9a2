internal import XML

/// The names of a message that asks something of an order.
enum OperationName {
    static let root = XMLName("ProcessOrderOperationEBM", in: Namespace.orderOperation)
    static let dataArea = own("DataArea")
    static let body = own("ProcessOrderOperation")
    static let identification = XMLName.common("Identification")
    static let action = own("OperationCode")
    static let component = own("ComponentID")
    static let incident = own("IncidentID")
    static let value = own("Value")
    static let line = own("LineID")
    static let base = own("BaseOrderID")
    static let operatorID = own("OperatorID")
    static let reason = own("Reason")
    static let fix = own("DataFix")
    static let fixLine = own("LineID")
    static let fixName = own("Name")
    static let fixValue = own("Value")

    /// A document is parsed with the names that are known by then.
    static func register() {
        _ = [
            root, dataArea, body, identification, action, component, incident, value, line, base, operatorID,
            reason, fix, fixLine, fixName, fixValue,
        ]
    }

    private static func own(_ local: String) -> XMLName { XMLName(local, in: Namespace.orderOperation) }
}
