import Broker
import Catalog
import Foundation
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Catalog versions")
struct CatalogVersionTests {
    /// COM's catalog in a file of its own, in which systems have one more word for done.
    private static func catalog(done: String, folder: URL) throws -> RoleCatalog {
        let text = String(decoding: try Loopback.example("broadband/com.yaml"), as: UTF8.self)
        let old = "{external: COMPLETE, state: COMPLETE}"
        try #require(text.contains(old))
        let file = folder.appending(path: "com-\(done).yaml")
        try Data(
            text.replacingOccurrences(of: old, with: "\(old)\n    - {external: \(done), state: COMPLETE}")
                .utf8
        )
        .write(to: file)
        return try CatalogReader.read(path: file.path)
    }

    private static func submit(_ key: String, _ loopback: Loopback) throws -> ComponentID {
        let order = try SampleOrder(key: key)
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        let state = try #require(try loopback.state("COM", OrderKey(key)))
        return try #require(state.components.first { $0.plan.function == "SyncCustomer" }).id
    }

    private static func reply(
        _ status: String,
        _ key: String,
        _ component: ComponentID,
        _ loopback: Loopback
    ) throws {
        let id = "\(key)-\(status)"
        loopback.put(
            SystemText.update(of: key, id: id, component: component, status: status),
            into: Loopback.updates,
            id: id
        )
        try loopback.settle()
    }

    private static func processing(
        _ key: String,
        _ component: ComponentID,
        _ loopback: Loopback
    ) throws
        -> ProcessingState?
    {
        try loopback.state("COM", OrderKey(key))?.components.first { $0.id == component }?.processing
    }

    @Test("an order goes on with the version it began with; a new one takes the edited catalog (A27, A74)")
    func versions() throws {
        let loopback = try Loopback(emulates: false)
        let first = try Self.catalog(done: "FINISHED", folder: loopback.folder)
        let second = try Self.catalog(done: "DONE", folder: loopback.folder)
        #expect(first.fulfillment.version != second.fulfillment.version)
        try loopback.restart(catalogs: ["COM": first])
        let old = try Self.submit("OLD-1", loopback)
        try loopback.restart(catalogs: ["COM": second])
        let new = try Self.submit("NEW-1", loopback)
        #expect(try loopback.order("COM", "OLD-1")?.catalogVersion == first.fulfillment.version)
        #expect(try loopback.order("COM", "NEW-1")?.catalogVersion == second.fulfillment.version)

        try Self.reply("DONE", "OLD-1", old, loopback)
        #expect(try Self.processing("OLD-1", old, loopback) == .inProgress)
        try Self.reply("FINISHED", "NEW-1", new, loopback)
        #expect(try Self.processing("NEW-1", new, loopback) == .inProgress)
        #expect(loopback.faults.map(\.code) == ["STATUS_UNMAPPED", "STATUS_UNMAPPED"])
        try Self.reply("FINISHED", "OLD-1", old, loopback)
        #expect(try Self.processing("OLD-1", old, loopback) == .completed)
        try Self.reply("DONE", "NEW-1", new, loopback)
        #expect(try Self.processing("NEW-1", new, loopback) == .completed)
        #expect(!loopback.notes.contains { $0.level == .error })
        try loopback.expectConsistent()
    }

    @Test(
        "a stored version that cannot be read is told as an error, once, and its order goes on with the current one"
    )
    func unreadable() throws {
        let loopback = try Loopback(emulates: false)
        var first = try Self.catalog(done: "FINISHED", folder: loopback.folder)
        first.text = Array("patterns: [".utf8)
        try loopback.restart(catalogs: ["COM": first])
        let old = try Self.submit("OLD-1", loopback)
        let second = try Self.catalog(done: "DONE", folder: loopback.folder)
        try loopback.restart(catalogs: ["COM": second])
        try Self.reply("FINISHED", "OLD-1", old, loopback)
        try Self.reply("DONE", "OLD-1", old, loopback)
        #expect(try Self.processing("OLD-1", old, loopback) == .completed)
        let errors = loopback.notes.filter { $0.level == .error }
        #expect(errors.count == 1)
        let note = try #require(errors.first)
        #expect(note.text.contains(first.fulfillment.version))
        #expect(note.role == "COM")
        #expect(note.order == "OLD-1")
        try loopback.expectConsistent()
    }
}
