import Broker
import Foundation
import TestSupport

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
        case "Fault": "CommonV2.xsd"
        default: nil
        }
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
