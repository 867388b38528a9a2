import Foundation
import Testing

/// The house's rules about source text, held by a test: each message says what to do instead.
@Suite("Sources are tidy")
struct TidyTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct SourceFile {
        var path: String
        var lines: [String]
    }

    private static func files(in folder: String) throws -> [SourceFile] {
        let base = root.appending(path: folder)
        guard let found = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return try found.compactMap { entry -> SourceFile? in
            guard let name = entry as? String, name.hasSuffix(".swift") else { return nil }
            let text = try String(contentsOf: base.appending(path: name), encoding: .utf8)
            return SourceFile(path: folder + "/" + name, lines: text.components(separatedBy: "\n"))
        }
    }

    /// A call that has no place in some files, and what takes its place.
    struct Ban: Sendable, CustomTestStringConvertible {
        var text: String
        var instead: String
        var folders: [String]
        /// Files in which it is right, for the reason that stands beside the call there.
        var exceptFor: [String] = []

        var testDescription: String { text }
    }

    private static let bans = [
        Ban(
            text: "Task.sleep",
            instead: "wait for the condition, with a deadline",
            folders: ["Sources", "Tests"],
            exceptFor: ["TidyTests.swift"]
        ),
        Ban(
            text: "Date()",
            instead: "take a WallClock",
            folders: ["Sources"],
            exceptFor: ["Sources/waystation/"]
        ),
        Ban(
            text: "Date.now",
            instead: "take a WallClock",
            folders: ["Sources"],
            exceptFor: ["Sources/waystation/"]
        ),
        Ban(
            text: "UUID()",
            instead: "take an IDSource",
            folders: ["Sources"],
            exceptFor: ["SystemSources.swift"]
        ),
        Ban(
            text: "SystemRandomNumberGenerator",
            instead: "take a seeded generator",
            folders: ["Sources"],
            exceptFor: ["Sources/waystation/"]
        ),
        Ban(text: "fatalError(", instead: "throw a typed error", folders: ["Sources"]),
        Ban(text: "try!", instead: "handle the error", folders: ["Sources"]),
        Ban(text: " as! ", instead: "use `as?` and handle nil", folders: ["Sources"]),
        Ban(text: "TO" + "DO", instead: "do it, or file it", folders: ["Sources", "Tests"]),
        Ban(text: "FIX" + "ME", instead: "mend it, or file it", folders: ["Sources", "Tests"]),
    ]

    @Test("Banned calls do not occur", arguments: bans)
    func bannedCalls(ban: Ban) throws {
        for folder in ban.folders {
            for file in try Self.files(in: folder)
            where !ban.exceptFor.contains(where: { file.path.contains($0) }) {
                for (number, line) in file.lines.enumerated()
                where line.contains(ban.text) && !line.trimmingCharacters(in: .whitespaces).hasPrefix("//")
                    && !file.path.contains("TidyTests")
                {
                    Issue.record("\(file.path):\(number + 1): `\(ban.text)`; instead: \(ban.instead)")
                }
            }
        }
    }

    @Test("A C module has exactly one importer")
    func oneImporterPerCModule() throws {
        let owners = [
            "CRabbitMQ": "Sources/RabbitMQ/", "COpenSSL": "Sources/RabbitMQ/", "CXML": "Sources/XML/",
            "CLogVFS": "Sources/SQLiteStore/",
        ]
        for file in try Self.files(in: "Sources") {
            for line in file.lines where line.contains("import ") {
                let module = line.split(separator: " ").last.map(String.init) ?? ""
                if let owner = owners[module], !file.path.hasPrefix(owner) {
                    Issue.record("\(file.path) imports \(module); only \(owner) does")
                }
            }
        }
    }

    @Test("The core knows no I/O")
    func coreIsPure() throws {
        for folder in ["Sources/Fulfillment", "Sources/Orders"] {
            for file in try Self.files(in: folder) {
                for line in file.lines where line.contains("import ") {
                    let module = line.split(separator: " ").last.map(String.init) ?? ""
                    let isAllowed =
                        module == "Orders" || module == "Values"
                        || (module == "Foundation" && Self.mayUseFoundation(file.path))
                    #expect(
                        isAllowed || line.trimmingCharacters(in: .whitespaces).hasPrefix("//"),
                        "\(file.path) imports \(module); the core is values in, values out"
                    )
                }
            }
        }
    }

    /// Time zones come from Foundation, in one file.
    private static func mayUseFoundation(_ path: String) -> Bool {
        path.hasSuffix("ZoneRule.swift")
    }

    @Test("Files stay small")
    func filesAreSmall() throws {
        for file in try Self.files(in: "Sources") {
            #expect(
                file.lines.count <= 500,
                "\(file.path) has \(file.lines.count) lines; let each file hold one idea"
            )
        }
    }

    @Test("No names without an idea")
    func names() throws {
        for file in try Self.files(in: "Sources") {
            for word in ["Utils", "Helper", "Manager"] {
                #expect(!file.path.contains(word), "\(file.path): name it after what it does")
            }
        }
    }

    @Test("What several commands are given is declared in one place")
    func optionsAreDeclaredOnce() throws {
        var places: [String: [String]] = [:]
        for file in try Self.files(in: "Sources/waystation") {
            for line in file.lines {
                guard let help = line.firstRange(of: "help: \"") else { continue }
                places[String(line[help.upperBound...]), default: []].append(file.path)
            }
        }
        #expect(places.count > 20)
        for (help, files) in places where files.count > 1 {
            Issue.record("\(files.joined(separator: ", ")) declare '\(help)'; use one @OptionGroup")
        }
    }

    @Test("Commands that wait for workers wait in one place")
    func operationsWaitOnce() throws {
        let waiting = try Self.files(in: "Sources/waystation/Operating").filter { file in
            file.lines.contains { $0.contains("Thread.sleep") }
        }
        #expect(waiting.map(\.path) == ["Sources/waystation/Operating/OperationRun.swift"])
    }
}
