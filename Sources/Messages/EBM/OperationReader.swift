internal import Fulfillment
internal import Orders
internal import XML

/// Reads what a person, or a system on their behalf, asks of an order.
struct OperationReader {
    /// Longer texts are cut: they go into the order's history.
    private static let textBytesMax = 2_000
    private static let nameBytesMax = 200
    /// Values that one operation may set.
    private static let fixesMax = 200

    struct Result {
        var orderKey: OrderKey
        var operation: OrderOperation
    }

    /// - Throws: What is wrong with it, with the order it names.
    func read(_ root: XMLElement, header: EBMHeader) throws(Problem) -> Result {
        let area = root.first(OperationName.dataArea) ?? root
        let body = area.first(OperationName.body) ?? area
        let identification = body.first(OperationName.identification)
        guard
            let key = identification?.value(.id) ?? identification?.value(.businessComponentID),
            !key.isEmpty
        else {
            throw Problem(failure: Failure(.orderIDMissing, "ProcessOrderOperation has no Identification/ID"))
        }
        let orderKey = OrderKey(key)
        func refuse(_ text: String) -> Problem {
            Problem(failure: Failure(.operationInvalid, text), orderKey: orderKey)
        }
        let word = body.value(OperationName.action) ?? ""
        guard let action = OrderOperation.Action(rawValue: word.lowercased()) else {
            let known = OrderOperation.Action.allCases.map(\.rawValue).joined(separator: ", ")
            throw refuse(
                word.isEmpty
                    ? "ProcessOrderOperation has no OperationCode; known are \(known)"
                    : "operation '\(word.cut(toUTF8Bytes: 60))' is not known; known are \(known)"
            )
        }
        let by = body.value(OperationName.operatorID) ?? header.sender?.id ?? ""
        guard !by.isEmpty else { throw refuse("operation \(word) does not say who asks for it") }
        var operation = OrderOperation(
            action: action,
            by: by.cut(toUTF8Bytes: Self.nameBytesMax),
            reason: body.value(OperationName.reason)?.cut(toUTF8Bytes: Self.textBytesMax),
            component: body.value(OperationName.component).map { ComponentID($0) },
            value: body.value(OperationName.value)?.cut(toUTF8Bytes: Self.nameBytesMax)
        )
        operation.line = body.value(OperationName.line).map { LineID($0) }
        operation.base = body.value(OperationName.base).map { OrderKey($0) }
        if let text = body.value(OperationName.incident) {
            guard let number = Int(text) else {
                throw refuse("incident '\(text.cut(toUTF8Bytes: 60))' of operation \(word) is no number")
            }
            operation.incident = number
        }
        for fix in body.children(OperationName.fix) {
            guard operation.fixes.count < Self.fixesMax else {
                throw refuse("operation \(word) sets more than \(Self.fixesMax) values")
            }
            guard let name = fix.value(OperationName.fixName), !name.isEmpty else {
                throw refuse("operation \(word) sets a value without a name")
            }
            operation.fixes.append(
                DataFix(
                    line: fix.value(OperationName.fixLine).map { LineID($0) },
                    name: name.cut(toUTF8Bytes: Self.nameBytesMax),
                    value: (fix.value(OperationName.fixValue) ?? "").cut(toUTF8Bytes: Self.textBytesMax)
                )
            )
        }
        return Result(orderKey: orderKey, operation: operation)
    }

    struct Problem: Error {
        var failure: Failure
        var orderKey: OrderKey?
    }
}
