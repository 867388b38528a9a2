import Broker
import Catalog
import Foundation
import Messages
import Orders
import Station

/// Makes real orders for a stream of load out of order files: each with a key, a message id and a process of its own.
///
/// The same files and seed make the same orders.
struct OrderVariants {
    private struct Template {
        var order: OrderFile
        var text: String
        /// The end-to-end correlation that the message carries.
        var process: String?
    }

    private let templates: [Template]
    private let tag: String
    private var chance: SeededGenerator
    private var count = 0

    /// A shorter key may be part of texts that have nothing to do with it.
    private static let keyLengthMin = 3

    /// - Throws: What hinders a file from being varied.
    init(_ orders: [OrderFile], roles: [RoleRuntime], seed: UInt64) throws(CommandFailure) {
        chance = SeededGenerator(seed: seed)
        tag = String(chance.next() >> 24, radix: 36).uppercased()
        var templates: [Template] = []
        for order in orders {
            guard let text = String(bytes: order.body, encoding: .utf8),
                order.key.rawValue.count >= Self.keyLengthMin
            else {
                throw CommandFailure(
                    .badInput,
                    "\(order.path): it cannot be varied; --generate takes orders in UTF-8 whose key has at least "
                        + "\(Self.keyLengthMin) characters"
                )
            }
            let context = Self.read(order, roles)?.context
            templates.append(
                Template(order: order, text: text, process: context?.businessProcess?.instanceID)
            )
        }
        self.templates = templates
        try check(roles)
    }

    /// The next order.
    mutating func next() -> OrderFile {
        let template = templates[count % templates.count]
        count += 1
        return Self.variant(
            template,
            key: "\(template.order.key.rawValue.prefix(60))-\(tag)-\(count)",
            messageID: identification(),
            process: identification()
        )
    }

    private mutating func identification() -> String {
        func digits(_ value: UInt64, _ count: Int) -> String {
            let text = String(value, radix: 16)
            return String(String(repeating: "0", count: 16 - text.count) + text).suffix(count).description
        }
        let (high, low) = (chance.next(), chance.next())
        // The form of a random UUID: version 4, variant 10.
        return [
            digits(high >> 32, 8), digits(high >> 16 & 0xFFFF, 4), digits(high & 0xFFF | 0x4000, 4),
            digits(low >> 48 & 0x3FFF | 0x8000, 4), digits(low & 0xFFFF_FFFF_FFFF, 12),
        ].joined(separator: "-")
    }

    private static func variant(
        _ template: Template,
        key: String,
        messageID: String,
        process: String
    ) -> OrderFile {
        var text = template.text
        if let old = template.process { text = text.replacingOccurrences(of: old, with: process) }
        text =
            text
            .replacingOccurrences(of: template.order.messageID.rawValue, with: messageID)
            .replacingOccurrences(of: template.order.key.rawValue, with: key)
        var order = template.order
        order.body = Array(text.utf8)
        order.key = OrderKey(rawValue: key)
        order.messageID = MessageID(rawValue: messageID)
        return order
    }

    private static func read(_ order: OrderFile, _ roles: [RoleRuntime]) -> DecodedMessage? {
        let role = roles[order.role]
        // The file was read before; a variant that cannot be read is told by the check.
        return try? role.read(order.body, from: role.configuration.orders.first ?? "")
    }

    /// Whether a variant of each file is the same order but for its identifications.
    private func check(_ roles: [RoleRuntime]) throws(CommandFailure) {
        for template in templates {
            let variant = Self.variant(
                template,
                key: "VARIANT-OF-KEY",
                messageID: "variant-of-id",
                process: "variant"
            )
            guard case .order(let draft)? = Self.read(variant, roles)?.content, draft.key == variant.key,
                case .order(let original)? = Self.read(template.order, roles)?.content,
                draft.lines.count == original.lines.count,
                roles[variant.role].problems(with: variant.body)
                    == roles[variant.role].problems(with: template.order.body)
            else {
                throw CommandFailure(
                    .badInput,
                    "\(template.order.path): it cannot be varied; its key '\(template.order.key.rawValue.printable)' is part "
                        + "of other texts in it"
                )
            }
        }
    }
}
