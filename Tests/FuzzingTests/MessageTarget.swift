import Catalog
import Foundation
import Messages
import Orders

/// Message bodies: read as an order, update or request, as the asked system reads it, and for their header alone.
struct MessageTarget: FuzzTarget {
    private let decoder: MessageDecoder
    private let transport = TransportContext(queue: "fuzz", messageID: "M-1", contentType: "application/xml")

    init() throws {
        // The example's catalog has a mapping of a foreign format.
        let catalog = try CatalogReader.read(path: Repository.path("Examples/broadband/com.yaml"))
        decoder = MessageDecoder(
            limits: DecodingLimits(documentBytesMax: 1 << 20),
            mappings: catalog.mappings,
            zone: ZoneRule(identifier: "America/Sao_Paulo")
        )
    }

    func read(_ bytes: [UInt8]) throws {
        _ = decoder.header(of: bytes)
        let message = result { () throws(DecodingFailure) in try decoder.decode(bytes, transport: transport) }
        _ = result { () throws(DecodingFailure) in try decoder.decodeRequest(bytes, transport: transport) }
        guard case .success(let message) = message else { return }
        let again = result { () throws(DecodingFailure) in try decoder.decode(bytes, transport: transport) }
        guard case .success(message) = again else {
            throw Finding("the same bytes were read as another message")
        }
    }

    private func result(
        _ body: () throws(DecodingFailure) -> DecodedMessage
    ) -> Result<DecodedMessage, DecodingFailure> {
        Result { () throws(DecodingFailure) in try body() }
    }
}

/// Files of the checkout this was built from.
enum Repository {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ name: String) -> String { root.appending(path: name).path }
}
