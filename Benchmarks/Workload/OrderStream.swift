package import Broker
internal import Catalog
package import Foundation
internal import Messages
package import Orders
package import Station

/// Real orders out of example files, each with a key, a message id and a process of its own.
///
/// What differs from order to order has a fixed width, so that every order of a template has the same length.
package struct OrderStream: Sendable {
    /// What makes an order of the stream different from its template.
    package struct Identity: Sendable, Hashable {
        package var key: String
        package var messageID: String
        package var process: String
    }

    private enum Piece: Sendable {
        case literal([UInt8])
        case key
        case messageID
        case process
    }

    private struct Template: Sendable {
        var name: String
        var identity: Identity
        var pieces: [Piece]
        var lines: Int
    }

    private let templates: [Template]
    private static let digits = 9
    /// A UUID's last group holds the number.
    private static let uuidPrefix = 24
    private static let uuidDigits = 12

    /// Reads the templates as this role does.
    package init(files: [URL], role: RoleRuntime) throws {
        templates = try files.map { file in
            let body = [UInt8](try Data(contentsOf: file))
            let decoded = try role.read(body, from: role.configuration.orders.first ?? "")
            guard case .order(let draft) = decoded.content,
                let process = decoded.context.businessProcess?.instanceID
            else { throw WorkloadProblem("\(file.lastPathComponent) is no order with a process to vary") }
            let identity = Identity(
                key: draft.key.rawValue,
                messageID: decoded.context.messageID.rawValue,
                process: process
            )
            return Template(
                name: file.lastPathComponent,
                identity: identity,
                pieces: Self.pieces(of: body, identity),
                lines: draft.lines.count
            )
        }
        guard !templates.isEmpty else { throw WorkloadProblem("an order stream needs a template") }
    }

    /// How many lines the orders have, template by template.
    package var lineCounts: [Int] { templates.map(\.lines) }

    private func template(_ number: Int) -> Template { templates[number % templates.count] }

    /// The file that order `number` is like.
    package func templateName(_ number: Int) -> String { template(number).name }

    /// Who order `number` is.
    package func identity(_ number: Int) -> Identity {
        let template = template(number).identity
        return Identity(
            key: "\(template.key)-\(Self.padded(number, Self.digits))",
            messageID: template.messageID.prefix(Self.uuidPrefix) + Self.padded(number, Self.uuidDigits),
            process: template.process.prefix(Self.uuidPrefix) + Self.padded(number, Self.uuidDigits)
        )
    }

    /// Which order of the stream has that key.
    package static func number(ofKey key: some StringProtocol) -> Int? {
        guard key.utf8.count > digits, let number = Int(key.suffix(digits)), number >= 0 else { return nil }
        return number
    }

    /// The message that order capture sends for order `number`.
    package func message(_ number: Int, now: Timestamp) -> Message {
        let identity = identity(number)
        var body: [UInt8] = []
        for piece in template(number).pieces {
            switch piece {
            case .literal(let bytes): body += bytes
            case .key: body += identity.key.utf8
            case .messageID: body += identity.messageID.utf8
            case .process: body += identity.process.utf8
            }
        }
        return Message(
            properties: MessageProperties(
                contentType: "application/xml",
                deliveryMode: 2,
                priority: UInt8(OrderPriority.standard.value),
                correlationID: identity.key,
                messageID: identity.messageID,
                timestampSeconds: now.unixSeconds,
                type: "ProcessSalesOrderFulfillmentEBM",
                appID: "waystation-bench"
            ),
            body: body
        )
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func pieces(of body: [UInt8], _ identity: Identity) -> [Piece] {
        let marks: [(bytes: [UInt8], piece: Piece)] = [
            (Array(identity.key.utf8), .key), (Array(identity.messageID.utf8), .messageID),
            (Array(identity.process.utf8), .process),
        ]
        return ByteText.split(body, at: marks.map(\.bytes)).map { part in
            switch part {
            case .literal(let bytes): Piece.literal(bytes)
            case .mark(let index): marks[index].piece
            }
        }
    }
}

/// Why a workload could not be made.
package struct WorkloadProblem: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
