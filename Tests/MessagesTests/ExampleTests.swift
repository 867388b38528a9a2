import Foundation
import Messages
import Orders
import Testing

/// The orders people start with are what the schemas promise.
@Suite("Example orders")
struct ExampleTests {
    private static let folder = SchemaValidator.root.appending(path: "Examples/broadband/orders")

    private static func files() throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
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
}
