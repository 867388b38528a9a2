import Foundation
import GRDB
import TestSupport
import Testing

extension Commands {
    @Suite("verify")
    struct Verify {
        private func filledSite() throws -> CommandSite {
            let site = try CommandSite()
            let filled = try FilledStore(site)
            try filled.send("broadband-rio.xml")
            try filled.send("invalid-content.xml")
            try filled.settle()
            try filled.send("mobile.xml")
            try filled.settle(messagesMax: 12)
            try filled.close()
            return site
        }

        @Test("A store as the engine writes it holds, snapshots and all")
        func holds() async throws {
            let site = try filledSite()
            let finished = try await site.run("verify")
            #expect(finished.exit == .code(0), "\(finished.output)\(finished.errors)")
            #expect(finished.output.hasSuffix("everything holds.\n"))
            let json = try await site.run("verify", "--json").json()
            #expect(
                json.keys == [
                    "ok", "orders", "hops", "snapshots", "outbox", "parked", "failed", "inbox", "problems",
                ]
            )
            #expect(json["ok"].boolean == true)
            #expect(json["problems"].elements.isEmpty)
            #expect(json["orders"].number == 5)
            #expect((json["snapshots"].number ?? 0) > 0)
            #expect((json["inbox"].number ?? 0) > 10)
        }

        /// A harm that somebody does to a store, and what is said about it.
        struct Harm: Sendable, CustomTestStringConvertible {
            var name: String
            var sql: String
            var told: String
            var testDescription: String { name }
        }

        private static let harms = [
            Harm(
                name: "another state",
                sql: "UPDATE orders SET lifecycle = 'Failed' WHERE key = 'BB-2003'",
                told: "the summary says state"
            ),
            Harm(
                name: "another status",
                sql: "UPDATE orders SET status = 'OPEN' WHERE key = 'BB-2003'",
                told: "the summary says status OPEN, the journal says COMPLETE"
            ),
            Harm(
                name: "other counts",
                sql: "UPDATE orders SET components_completed = 99 WHERE key = 'BB-2003'",
                told: "the summary says components completed 99, the journal says 6"
            ),
            Harm(
                name: "a journal entry that is gone",
                sql:
                    "DELETE FROM journal WHERE sequence = 2 AND order_row = (SELECT row FROM orders WHERE key = 'BB-2003')",
                told: "gap"
            ),
            Harm(
                name: "a journal entry that cannot be read",
                sql:
                    "UPDATE journal SET events = x'00' WHERE sequence = 2 AND order_row = (SELECT row FROM orders WHERE key = 'BB-2003')",
                told: "cannot be read"
            ),
            Harm(
                name: "a snapshot of something else",
                sql: """
                    UPDATE snapshots SET state = CAST(replace(CAST(state AS TEXT), '"revision":1', '"revision":7') AS BLOB)
                    WHERE order_row = (SELECT row FROM orders WHERE key = 'BB-2003')
                    """,
                told: "is not the fold of the journal"
            ),
            Harm(
                name: "a catalog that is gone",
                sql: "DELETE FROM catalogs WHERE role = 'COM'",
                told: "is not in the store"
            ),
            Harm(
                name: "an order that is gone",
                sql: "DELETE FROM orders WHERE key = 'BB-2003'",
                told: "which does not exist"
            ),
        ]

        @Test("Whatever is wrong is told with its order, and the exit code is 1", arguments: harms)
        func harmed(harm: Harm) async throws {
            let site = try filledSite()
            try await DatabaseQueue(path: site.storePath).write { try $0.execute(sql: harm.sql) }
            let finished = try await site.run("verify")
            #expect(finished.exit == .code(1), "\(finished.errors)")
            #expect(finished.output.contains(harm.told), "\(finished.output)")
            let json = try await site.run("verify", "--json")
            #expect(json.exit == .code(1))
            let document = try json.json()
            #expect(document["ok"].boolean == false)
            let problems = document["problems"].elements
            #expect(problems.allSatisfy { $0.keys == ["role", "key", "text"] })
            #expect(problems.contains { $0["text"].text?.contains(harm.told) == true })
        }

        @Test("Beside a writer that goes on")
        func besideWriter() async throws {
            let site = try CommandSite()
            let filled = try FilledStore(site)
            for name in ["mobile.xml", "broadband-rio.xml", "triple-play.xml"] { try filled.send(name) }
            for _ in 0..<6 {
                try filled.settle(messagesMax: 15)
                let finished = try await site.run("verify")
                #expect(finished.exit == .code(0), "\(finished.output)\(finished.errors)")
            }
            try filled.close()
        }
    }
}
