import Foundation
import TestSupport

/// The Python programs that talk to the station with pika.
enum ForeignClient {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Foreign")

    /// Whether pika can be used here; with `CI` set, a missing one is a failure and not a skip.
    static let canRun = hasPika || ProcessInfo.processInfo.environment["CI"] != nil

    private static var hasPika: Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import pika"]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// Starts one of them.
    static func start(_ script: String, _ arguments: [String], input: Data? = nil) throws -> ChildProcess {
        try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["python3", folder.appendingPathComponent(script).path] + arguments,
            input: input
        )
    }

    /// What `order_capture.py` saw.
    struct Report: Decodable {
        var key: String
        var lines: Int
        var updates: Int
        var statuses: [String]
        var milestones: [String]
        var provisioning: Int
        var answers: Int
    }

    /// Plays order capture for one order, and SOM too when asked to.
    static func captureOrder(
        _ site: StationSite,
        order: URL,
        into folder: URL,
        playSOM: Bool
    ) async throws
        -> Report
    {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let arguments =
            ["--url", site.brokerURL, "--order", order.path, "--out", folder.path]
            + (playSOM ? ["--play-som"] : [])
        let finished = try await start("order_capture.py", arguments).finished(within: 120)
        guard finished.exit == .code(0) else {
            throw TestFailure("order_capture.py: \(finished.errors) \(finished.output)")
        }
        return try JSONDecoder().decode(Report.self, from: Data(finished.output.utf8))
    }

    /// A message for `publish.py`.
    struct Publication: Encodable {
        var queue: String
        var file: String
        var messageID: String?
        var contentType: String?
        var type: String?
        var headers: String?

        private enum CodingKeys: String, CodingKey {
            case queue
            case file
            case messageID = "message_id"
            case contentType = "content_type"
            case type
            case headers
        }
    }

    /// Publishes these, in order.
    static func publish(_ publications: [Publication], url: String) async throws {
        let input = try JSONEncoder().encode(publications)
        let finished = try await start("publish.py", [url], input: input).finished(within: 60)
        guard finished.exit == .code(0) else {
            throw TestFailure("publish.py: \(finished.errors) \(finished.output)")
        }
    }
}

/// Holds messages against the shipped schemas with xmllint.
enum SchemaCheck {
    private static let schemas = [
        "ProcessSalesOrderFulfillmentEBM": "SalesOrderV2.xsd", "UpdateSalesOrderEBM": "SalesOrderV2.xsd",
        "ProcessProvisioningOrderEBM": "ProvisioningOrderV1.xsd",
        "ProcessFulfillmentOrderEBM": "FulfillmentOrderV1.xsd",
        "ProcessFulfillmentOrderUpdateEBM": "FulfillmentOrderV1.xsd", "Fault": "CommonV2.xsd",
    ]

    /// What is wrong with these messages; empty when all are valid.
    static func problems(of messages: [PublishedMessage], folder: URL) async throws -> [String] {
        var files: [String: [String]] = [:]
        for (number, message) in messages.enumerated() {
            guard let schema = schemas[message.type ?? ""] else {
                return ["there is no schema for messages of type \(message.type ?? "none")"]
            }
            let file = folder.appendingPathComponent("\(number).xml")
            try Data(message.body).write(to: file)
            files[schema, default: []].append(file.path)
        }
        var problems: [String] = []
        for (schema, files) in files {
            let path = BuiltProducts.packageFolder.appendingPathComponent(
                "Sources/Messages/Schemas/\(schema)"
            ).path
            let finished = try await ChildProcess(
                URL(fileURLWithPath: "/usr/bin/env"),
                ["xmllint", "--noout", "--nonet", "--schema", path] + files
            ).finished()
            if finished.exit != .code(0) { problems.append(finished.errors) }
        }
        return problems
    }
}
