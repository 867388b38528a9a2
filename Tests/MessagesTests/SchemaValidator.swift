import Foundation
import Testing

/// The schemas that are shipped, and xmllint to hold messages against them.
enum SchemaValidator {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let schemas = root.appending(path: "Sources/Messages/Schemas")

    enum Schema: String {
        case salesOrder = "SalesOrderV2.xsd"
        case provisioningOrder = "ProvisioningOrderV1.xsd"
        case fulfillmentOrder = "FulfillmentOrderV1.xsd"
        case common = "CommonV2.xsd"
        case orderOperation = "OrderOperationV1.xsd"
        case messageOperation = "MessageOperationV1.xsd"
        case troubleTicket = "TroubleTicketV1.xsd"
    }

    /// What xmllint finds wrong; empty for a valid document.
    static func problems(of body: [UInt8], _ schema: Schema) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "xmllint", "--noout", "--nonet", "--schema", schemas.appending(path: schema.rawValue).path, "-",
        ]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(body))
        try input.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : text
    }
}

/// Records what is wrong with a message that ought to be valid.
func expectValid(
    _ body: [UInt8],
    _ schema: SchemaValidator.Schema,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let problems = try SchemaValidator.problems(of: body, schema)
    #expect(
        problems.isEmpty,
        "\(problems)\n\(String(decoding: body, as: UTF8.self))",
        sourceLocation: sourceLocation
    )
}
