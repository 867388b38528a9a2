import TestSupport
import Testing

extension Commands {
    @Suite("stats")
    struct Stats {
        @Test("Hops, duplicates, failures by code, and orders by state")
        func counts() async throws {
            let site = try CommandSite()
            let filled = try FilledStore(site)
            try filled.send("mobile.xml")
            try filled.send("mobile.xml")
            try filled.send("not-well-formed.xml")
            try filled.send("invalid-content.xml")
            try filled.settle()
            try filled.close()
            let finished = try await site.run("stats", "--json")
            #expect(finished.exit == .code(0), "\(finished.errors)")
            let stats = try finished.json()
            #expect(
                stats.keys.isSuperset(of: [
                    "hops", "duplicates", "outboxPending", "parked", "failed", "timers", "inbox", "published",
                    "orders",
                    "errors",
                    "oldestOutboxAt",
                ])
            )
            #expect((stats["hops"].number ?? 0) > 10)
            #expect(stats["duplicates"].number == 1)
            #expect(stats["errors"]["MESSAGE_NOT_XML"].number == 1)
            #expect(stats["errors"]["ORDER_INVALID"].number == 1)
            #expect(stats["orders"]["Completed"].number == 2)
            #expect(stats["orders"]["Failed"].number == 1)
            #expect(stats["orders"]["Suspended"].number == 0)
            #expect(stats["outboxPending"].number == 0)
            #expect(stats["oldestOutboxAt"].isNull)
            let text = try await site.run("stats")
            #expect(
                text.lines.contains {
                    $0.hasPrefix("failures MESSAGE_NOT_XML") && $0.contains("Correct the document")
                }
            )
        }

        @Test("What is still owed, and since when")
        func owed() async throws {
            let site = try CommandSite()
            let filled = try FilledStore(site)
            try filled.send("mobile.xml")
            try filled.settle(messagesMax: 1)
            try filled.close()
            let stats = try await site.run("stats", "--json").json()
            #expect((stats["outboxPending"].number ?? 0) > 0)
            #expect(stats["oldestOutboxAt"].text == "2026-11-21T08:00:01.000Z")
        }
    }
}
