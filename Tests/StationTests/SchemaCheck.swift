import Broker
import Foundation
import TestSupport
import Testing

/// Holds messages against the shipped schemas, with xmllint.
enum SchemaCheck {
    private static let program = ["/usr/bin/xmllint", "/usr/local/bin/xmllint", "/opt/homebrew/bin/xmllint"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static var isPossible: Bool { program != nil }

    /// The schema for a message type; `nil` for a type that the station does not emit.
    static func schema(of type: String) -> String? {
        switch type {
        case "UpdateSalesOrderEBM", "ProcessSalesOrderFulfillmentEBM": "SalesOrderV2.xsd"
        case "ProcessProvisioningOrderEBM": "ProvisioningOrderV1.xsd"
        case "ProcessFulfillmentOrderEBM", "ProcessFulfillmentOrderUpdateEBM": "FulfillmentOrderV1.xsd"
        case "CreateTroubleTicketEBM", "UpdateTroubleTicketEBM": "TroubleTicketV1.xsd"
        case "ProcessOrderOperationEBM": "OrderOperationV1.xsd"
        case "Fault": "CommonV2.xsd"
        default: nil
        }
    }

    /// How many messages of each type the station and its emulated systems sent.
    ///
    /// All of them are held against their schemas; one that is not valid, or whose type has no schema, is recorded as an issue.
    @discardableResult
    static func expectValid(
        _ loopback: Loopback,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [String: Int] {
        let emitted = loopback.sent.map(\.message).filter { $0.properties.appID == "waystation" }
        let byType = Dictionary(grouping: emitted) { $0.properties.type ?? "" }
        for (type, messages) in byType {
            let schema = try #require(
                Self.schema(of: type),
                "there is no schema for messages of type '\(type)'",
                sourceLocation: sourceLocation
            )
            let problems = try Self.problems(
                of: messages.map(\.body),
                schema: schema,
                folder: loopback.folder.appending(path: type)
            )
            #expect(problems.isEmpty, "\(type): \(problems.prefix(4_000))", sourceLocation: sourceLocation)
        }
        return byType.mapValues(\.count)
    }

    /// What xmllint finds wrong with all of these documents; empty when they are valid.
    static func problems(of bodies: [[UInt8]], schema: String, folder: URL) throws -> String {
        guard let program else { throw TestFailure("there is no xmllint") }
        let place = folder.appending(path: "messages-\(schema)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let files = try bodies.enumerated().map { number, body in
            let file = place.appending(path: "\(number).xml")
            try Data(body).write(to: file)
            return file.path
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        let path = Loopback.root.appending(path: "Sources/Messages/Schemas/\(schema)").path
        process.arguments = ["--noout", "--nonet", "--schema", path] + files
        let output = Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : text
    }
}
