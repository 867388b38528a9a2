import Broker
import Foundation
import Fulfillment
import Orders
import Store

extension MessageItem {
    /// All that `messages show` tells of it, for scripts.
    func details(with message: Message?, body: Bool) -> JSONValue {
        guard case .object(var fields) = json else { return json }
        fields["class"] = JSONValue(code.failureClass)
        fields["correctiveAction"] = .text(code.correctiveAction)
        switch self {
        case .failed(let record): fields["text"] = .text(record.status.text)
        case .parked(let record): fields["waitsUntil"] = JSONValue(record.expiresAt)
        case .within(let update):
            fields["about"] = .object(
                Dictionary(update.about.map { ($0.name, JSONValue($0.value)) }) { first, _ in first }
            )
        }
        fields["contentType"] = JSONValue(message?.properties.contentType)
        fields["headers"] = .array(
            (message?.properties.headers ?? []).map { field in
                let value = if case .text(let text) = field.value { text } else { "\(field.value)" }
                return ["name": .text(field.name), "value": .text(value)]
            }
        )
        guard body, let bytes = message?.body else { return .object(fields) }
        // What is no text is given as it can be made bytes of again.
        if let text = String(validating: bytes, as: UTF8.self) {
            fields["body"] = .text(text)
        } else {
            fields["bodyBase64"] = .text(Data(bytes).base64EncodedString())
        }
        return .object(fields)
    }
}
