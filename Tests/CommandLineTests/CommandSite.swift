import EmbeddedBroker
import Foundation
import Orders
import TestSupport
import Testing

/// The built program, run as a process on files of its own.
@Suite("Command line", .timeLimit(Patience.minutes(3)))
struct Commands {}

/// A folder with an embedded broker and a store, and the shipped configuration for both.
final class CommandSite {
    let folder: URL
    var config: String

    init() throws {
        let name = "waystation-commands-\(ProcessInfo.processInfo.globallyUniqueString)"
        folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        config = BuiltProducts.packageFolder.appending(path: "queues.yaml").path
    }

    deinit {
        // Only a temporary folder: what cannot be removed is the machine's to clean.
        try? FileManager.default.removeItem(at: folder)
    }

    var storePath: String { folder.appending(path: "waystation.db").path }
    var brokerPath: String { folder.appending(path: "broker").path }
    var broker: EmbeddedBroker { EmbeddedBroker(folder: brokerPath) { Timestamp.testStart.unixSeconds } }

    /// Runs a command to its end.
    func run(
        _ arguments: String...,
        input: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> FinishedProcess {
        try await run(arguments, input: input, environment: environment)
    }

    func run(
        _ arguments: [String],
        input: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> FinishedProcess {
        var all = ["WAYSTATION_BROKER": "embedded:\(brokerPath)", "WAYSTATION_STORE": "sqlite:\(storePath)"]
        all.merge(environment) { $1 }
        let process = try ChildProcess(
            try BuiltProducts.waystation(),
            arguments + ["--config", config],
            environment: all,
            input: input.map { Data($0.utf8) }
        )
        return try await process.finished()
    }

    /// Writes a file of the test and gives its path.
    @discardableResult
    func write(_ text: String, as name: String) throws -> String {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// The shipped configuration with some texts replaced, with the paths of its catalogs made absolute.
    func configure(replacing changes: [(String, String)]) throws {
        var text = try String(contentsOfFile: config, encoding: .utf8)
        let examples = BuiltProducts.packageFolder.appending(path: "Examples").path
        for (old, new) in changes + [("catalog: Examples", "catalog: \(examples)")] {
            guard text.contains(old) else { throw TestFailure("the configuration has no '\(old)'") }
            text = text.replacingOccurrences(of: old, with: new)
        }
        config = try write(text, as: "queues.yaml")
    }

    /// The path of a configuration like this one, but for COM's catalog with a text in it replaced.
    func configuration(replacingInCatalog old: String, by new: String) throws -> String {
        let examples = BuiltProducts.packageFolder.appending(path: "Examples")
        let catalog = try String(
            contentsOf: examples.appending(path: "broadband/com.yaml"),
            encoding: .utf8
        )
        guard catalog.contains(old) else { throw TestFailure("the catalog has no '\(old)'") }
        let path = try write(catalog.replacingOccurrences(of: old, with: new), as: "changed-com.yaml")
        let text = try String(contentsOfFile: config, encoding: .utf8)
            .replacingOccurrences(of: "catalog: Examples", with: "catalog: \(examples.path)")
            .replacingOccurrences(of: "\(examples.path)/broadband/com.yaml", with: path)
        return try write(text, as: "changed-queues.yaml")
    }

    static func examples() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: order("")).filter { $0.hasSuffix(".xml") }
    }
    static func order(_ name: String) -> String { BuiltProducts.order(name).path }
    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: order(name), encoding: .utf8)
    }
}

extension FinishedProcess {
    /// Standard output as JSON.
    func json(sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONDocument {
        do {
            return JSONDocument(
                value: try JSONSerialization.jsonObject(with: Data(output.utf8), options: .fragmentsAllowed)
            )
        } catch {
            Issue.record("no JSON: \(output.prefix(500))", sourceLocation: sourceLocation)
            throw error
        }
    }

    var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// JSON to look around in.
struct JSONDocument {
    let value: Any?

    subscript(_ key: String) -> JSONDocument { JSONDocument(value: (value as? [String: Any])?[key]) }
    subscript(_ position: Int) -> JSONDocument {
        let array = elements
        return array.indices.contains(position) ? array[position] : JSONDocument(value: nil)
    }

    var text: String? { value as? String }
    var number: Int? { value as? Int }
    var boolean: Bool? { value as? Bool }
    var isNull: Bool { value is NSNull }
    var keys: Set<String> { Set((value as? [String: Any])?.keys ?? [:].keys) }
    var elements: [JSONDocument] { (value as? [Any])?.map(JSONDocument.init) ?? [] }
    var texts: [String] { elements.compactMap(\.text) }
}
