import Foundation
import Messages
import Orders
import Testing

/// The orders people start with are what the schemas promise.
@Suite("Example orders")
struct ExampleTests {
    private static let folder = SchemaValidator.root.appending(path: "Examples/broadband/orders")

    /// The orders of a folder beneath the examples.
    private static func files(_ name: String = "") throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: name.isEmpty ? folder : folder.appending(path: name),
            includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == "xml" }.sorted { $0.path < $1.path }
    }

    @Test("Every bare sales order is valid by schema and readable, the one with bad content apart")
    func valid() throws {
        var count = 0
        for file in try Self.files() {
            let body = Array(try Data(contentsOf: file))
            guard let message = try? MessageDecoder().decode(body, transport: TransportContext(queue: "Q"))
            else {
                continue
            }
            guard case .order(let draft) = message.content else { throw UnexpectedContent() }
            #expect(!draft.lines.isEmpty || draft.key != "", "\(file.lastPathComponent)")
            let isBare = !String(decoding: body, as: UTF8.self).contains("Envelope")
            if isBare && !file.lastPathComponent.hasPrefix("invalid") {
                try expectValid(body, .salesOrder)
                count += 1
            }
        }
        #expect(count >= 4)
    }

    @Test(
        "Every order of the series is valid by schema and readable, none of them left out",
        arguments: [("revisions", 9), ("follow-on", 1)]
    )
    func series(folder: String, count: Int) throws {
        let files = try Self.files(folder)
        #expect(files.count >= count)
        for file in files {
            let body = Array(try Data(contentsOf: file))
            try expectValid(body, .salesOrder)
            let message = try MessageDecoder().decode(body, transport: TransportContext(queue: "Q"))
            guard case .order(let draft) = message.content else { throw UnexpectedContent() }
            #expect(draft.revision != nil, "\(file.lastPathComponent)")
            #expect(!draft.lines.isEmpty || file.lastPathComponent.contains("cancelled"))
        }
    }

    @Test("The revisions of a series are those of one order, counted from 1, under message ids of their own")
    func revisions() throws {
        var revisions: [OrderKey: [String]] = [:]
        var ids: Set<MessageID> = []
        let files = try Self.files("revisions")
        for file in files {
            let body = Array(try Data(contentsOf: file))
            let message = try MessageDecoder().decode(body, transport: TransportContext(queue: "Q"))
            guard case .order(let draft) = message.content else { throw UnexpectedContent() }
            revisions[draft.key, default: []].append(draft.revision ?? "")
            ids.insert(message.context.messageID)
        }
        #expect(revisions["REV-3001"] == ["1", "2", "3", "4", "5", "6"])
        #expect(revisions["REV-3002"] == ["1", "2", "3"])
        #expect(ids.count == files.count)
    }

    @Test("The follow-on order names the order that it follows, and a line of it")
    func followOn() throws {
        let body = Array(try Data(contentsOf: try #require(try Self.files("follow-on").first)))
        let message = try MessageDecoder().decode(body, transport: TransportContext(queue: "Q"))
        guard case .order(let draft) = message.content else { throw UnexpectedContent() }
        let bases = (draft.bases ?? []) + draft.lines.flatMap { $0.bases ?? [] }
        let base = try #require(bases.first)
        let other = Array(try Data(contentsOf: Self.folder.appending(path: "triple-play.xml")))
        guard
            case .order(let trio) = try MessageDecoder().decode(
                other,
                transport: TransportContext(queue: "Q")
            ).content
        else { throw UnexpectedContent() }
        #expect(base.order == trio.key)
        #expect(base.line.map { line in trio.lines.contains { $0.id == line.rawValue } } ?? true)
    }
}
