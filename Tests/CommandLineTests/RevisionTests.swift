import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    private static let provisioning = "REV-3002/ProvisionOrder/Provisioning.Region1/1/BundleGranularity"

    /// What a support engineer reads aloud of each turn of the story, in this order.
    ///
    /// Between these sentences stand those about what happened at the same time.
    private static let story = """
        The order is accepted: revision 1, 3 lines, mode Deliver, priority 5.
        It is decomposed into 5 components.
        SyncCustomer (#1) starts: its request is on its way to CustomerHub.
        ProvisionOrder (#3) starts: its request is on its way to Provisioning.Region1.
        Failure SYSTEM_REFUSED: system Provisioning.Region1 refused line 2: system Inventory refused line 2: \
        Fiber is laid in Rio de Janeiro only. What to do: Find out why it refused; \
        the component waits until the system reports otherwise.
        Incident 1 is opened, SYSTEM_REFUSED.
        A ticket is asked for about incident 1.
        ProvisionOrder (#3) is now FAILED (Failed).
        The order's status is now FAILED.
        Revision 2 takes effect: lines changed 2 (name, property ItemReference/ItemIdentification/BusinessComponentID[ITEM_ITEMID], \
        attribute typeADSL); \
        the plan: do FulfillBilling/1/BundleGranularity, redo InitiateBilling (#2), \
        redo ProvisionOrder (#3), do ShipOrder (#4).
        Incident 1 is closed: revised.
        The ticket system is told to close the ticket of incident 1: revised.
        The order goes from In Progress to Amending.
        InitiateBilling (#2) is to be done again as it is now: the request is on its way to Billing.
        ProvisionOrder (#3) is to be done again as it is now: the request is on its way to Provisioning.Region1.
        The order goes from Amending to In Progress.
        Line 2 can be changed at a penalty from now on.
        ProvisionOrder (#3) is now COMPLETE-PROVISION_COMPLETE (Completed).
        The order is cancelled; the plan: drop FulfillBilling/1/BundleGranularity, undo InitiateBilling (#2), \
        undo ProvisionOrder (#3), undo ShipOrder (#4). It costs a penalty for ProvisionOrder (#3).
        The order goes from In Progress to Cancelling.
        ProvisionOrder (#3) is to be undone: the request is on its way to Provisioning.Region1.
        ProvisionOrder (#3) is now CANCELLED (UndoCompleted).
        InitiateBilling (#2) is to be undone: the request is on its way to Billing.
        InitiateBilling (#2) is now CANCELLED (UndoCompleted).
        The order goes from Cancelling to Cancelled.
        The order's status is now CANCELLED.
        """.split(separator: "\n")

    /// Last things first; the customer stays known, as COM's catalog says.
    private static let undoOrder = [
        "SOM": ["CompleteDelivery", "DeliverOrder", "PlanDelivery", "DesignService"],
        "COM": ["ShipOrder", "ProvisionOrder", "InitiateBilling"],
    ]

    /// The functions of what was asked to be undone, in the order in which it was.
    private func undone(in order: JSONDocument) -> [String] {
        order["history"].elements.filter {
            $0["event"].text == "compensationReleased" && $0["mode"].text == "undo"
        }
        .compactMap { $0["component"].text?.split(separator: "/").first.map(String.init) }
    }

    private static func file(_ name: String) -> String { CommandSite.order("revisions/\(name).xml") }

    /// Waits until an order is at a revision, in a state, and nothing of it is under way.
    private func wait(
        for key: String,
        role: String,
        revision: Int,
        _ state: String,
        status: String,
        _ site: CommandSite
    ) async throws -> JSONDocument {
        var last = JSONDocument(value: nil)
        try await eventually(
            "\(role) \(key) at revision \(revision), \(state); it is at \(last["revision"].number ?? 0), "
                + "\(last["state"].text ?? "-"), \(last["status"].text ?? "-")",
            seconds: 60,
            every: 0.25
        ) {
            let found = try await site.run("order", key, "--role", role, "--json")
            guard found.exit == .code(0) else { return false }
            last = try found.json()
            return last["revision"].number == revision && last["state"].text == state
                && last["status"].text == status
        }
        return last
    }

    @Test("Fallout, a correcting revision, a cancellation: planned beforehand, carried out by COM and SOM")
    func falloutCorrectedAndCancelled() async throws {
        let site = try CommandSite()
        try await site.applyTopology()
        let worker = try await site.startWorker()
        let systems = try await site.startSystems()
        try await site.expectSuccess("submit", Self.file("fiber-1-refused"))
        let refused = try await wait(
            for: "REV-3002",
            role: "COM",
            revision: 1,
            "In Progress",
            status: "FAILED",
            site
        )
        #expect(refused["failures"].elements.compactMap { $0["code"].text } == ["SYSTEM_REFUSED"])
        let refusedBySystem = try await wait(
            for: Self.provisioning,
            role: "SOM",
            revision: 1,
            "In Progress",
            status: "FAILED",
            site
        )
        #expect(refusedBySystem["failures"].elements.compactMap { $0["code"].text } == ["SYSTEM_REFUSED"])

        let planned = try await site.run(
            "plan",
            "--revise",
            "REV-3002",
            Self.file("fiber-2-corrected"),
            "--json"
        )
        #expect(planned.exit == .code(0), "\(planned.errors)")
        let plan = try planned.json()
        #expect(plan["outcome"].text == "applied")
        let kinds = Dictionary(
            plan["steps"].elements.map { ($0["component"].text ?? "", $0["kind"].text ?? "") }
        ) { first, _ in first }
        #expect(kinds["ProvisionOrder/Provisioning.Region1/1/BundleGranularity"] == "redo")
        #expect(kinds["SyncCustomer/CustomerHub/WholeOrder"] == "none", "\(kinds)")

        try await site.expectSuccess("submit", Self.file("fiber-2-corrected"))
        let som = try await wait(
            for: Self.provisioning,
            role: "SOM",
            revision: 2,
            "Completed",
            status: "COMPLETE",
            site
        )
        #expect(som["history"].elements.contains { $0["event"].text == "amended" })
        #expect(
            som["history"].elements.contains {
                $0["event"].text == "incidentClosed" && $0["resolution"].text == "revised"
            }
        )
        try await eventually("COM hears that it is provisioned", every: 0.25) {
            let com = try await site.run("order", "REV-3002", "--role", "COM", "--json").json()
            return com["components"].elements.contains { $0["state"].text == "COMPLETE-PROVISION_COMPLETE" }
        }
        let cancellation = try await site.run("plan", "--revise", "REV-3002", Self.file("fiber-3-cancelled"))
        #expect(cancellation.exit == .code(0), "\(cancellation.errors)")
        #expect(cancellation.output.contains("It cancels order REV-3002 of role COM."))
        #expect(cancellation.output.contains("SOFT, penalty"), "\(cancellation.output)")

        try await site.expectSuccess("submit", Self.file("fiber-3-cancelled"))
        for (role, key) in [("SOM", Self.provisioning), ("COM", "REV-3002")] {
            let ended = try await wait(
                for: key,
                role: role,
                revision: 3,
                "Cancelled",
                status: "CANCELLED",
                site
            )
            let lines = ended["lines"].elements.compactMap { $0["state"].text }
            #expect(!lines.isEmpty && lines.allSatisfy { $0 == "CANCELLED" }, "\(role): \(lines)")
            #expect(undone(in: ended) == Self.undoOrder[role], "\(role)")
        }
        let report = try await site.run("order", "REV-3002", "--role", "COM")
        var rest = report.output[...]
        for sentence in Self.story {
            let found = try #require(
                rest.range(of: sentence),
                "'\(sentence)' in its turn in \(report.output)"
            )
            rest = rest[found.upperBound...]
        }
        #expect(try await site.run("verify").exit == .code(0))
        try await site.stop(worker)
        try await site.stop(systems)
    }

    @Test("plan --revise: a revision that waits already can be planned, too")
    func waitingRevision() async throws {
        let site = try CommandSite()
        try await site.applyTopology()
        let worker = try await site.startWorker()
        try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
        try await eventually("the order") {
            try await site.run("order", "MOB-2002", "--role", "COM").exit == .code(0)
        }
        try await site.expectSuccess("order", "suspend", "MOB-2002", "--role", "COM")
        let text = try CommandSite.text("mobile.xml")
            .replacingOccurrences(of: "<corecom:Number>1<", with: "<corecom:Number>2<")
            .replacingOccurrences(of: "00000002</corecom:EBMID>", with: "00000022</corecom:EBMID>")
            .replacingOccurrences(of: "CALLER_IDENTIFICATION", with: "VOICE_MAILBOX")
        let file = try site.write(text, as: "revised.xml")
        let before = try await site.run("plan", "--revise", "MOB-2002", file)
        try await site.expectSuccess("submit", file)
        try await eventually("the revision") {
            try await site.run("order", "MOB-2002", "--role", "COM").output.contains("evision 2 waits")
        }
        let after = try await site.run("plan", "--revise", "MOB-2002", file)
        #expect(after.exit == .code(0), "\(after.errors)")
        #expect(after.output.contains("would wait (suspended)"), "\(after.output)")
        #expect(before.output == after.output)
        try await site.stop(worker)
    }

    @Test("plan --revise: a valid order takes the place of one that was invalid from the start")
    func replacedInvalid() async throws {
        let site = try CommandSite()
        try await site.applyTopology()
        let worker = try await site.startWorker()
        try await site.expectSuccess("submit", CommandSite.order("invalid-content.xml"))
        try await eventually("the order") {
            try await site.run("order", "BB-2009", "--role", "COM").exit == .code(0)
        }
        let text = try CommandSite.text("broadband-rio.xml")
            .replacingOccurrences(of: "BB-2003", with: "BB-2009")
            .replacingOccurrences(of: "<corecom:Number>1<", with: "<corecom:Number>2<")
        let valid = try await site.run("plan", "--revise", "BB-2009", try site.write(text, as: "valid.xml"))
        #expect(valid.exit == .code(0), "\(valid.errors)")
        #expect(valid.output.contains("takes the place of order BB-2009"), "\(valid.output)")
        let invalid = try CommandSite.text("invalid-content.xml")
            .replacingOccurrences(of: "<corecom:Number>1<", with: "<corecom:Number>2<")
        let file = try site.write(invalid, as: "invalid.xml")
        let same = try await site.run("plan", "--revise", "BB-2009", file)
        #expect(same.exit == .code(65) && same.errors.contains("MODE_UNKNOWN"), "\(same.errors)")
        try await site.stop(worker)
    }

    @Test("plan --revise: what would be refused is told, with its reason; the store is only read")
    func refusedRevision() async throws {
        let site = try CommandSite()
        try await site.applyTopology()
        let worker = try await site.startWorker()
        let systems = try await site.startSystems()
        try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
        try await site.waitForCompletion(of: 1)
        let text = try CommandSite.text("mobile.xml")
            .replacingOccurrences(of: "<corecom:Number>1<", with: "<corecom:Number>2<")
            .replacingOccurrences(of: "CALLER_IDENTIFICATION", with: "VOICE_MAILBOX")
        let file = try site.write(text, as: "revised.xml")
        let refused = try await site.run("plan", "--revise", "MOB-2002", file)
        #expect(refused.exit == .code(65))
        #expect(refused.errors.contains("TRANSACTION_NOT_PERMITTED"), "\(refused.errors)")
        let same = try await site.run("plan", "--revise", "MOB-2002", CommandSite.order("mobile.xml"))
        #expect(same.exit == .code(65))
        #expect(same.errors.contains("revision 1 is known already"), "\(same.errors)")
        let other = try await site.run("plan", "--revise", "MOB-2003", file)
        #expect(other.exit == .code(65) && other.errors.contains("about order MOB-2002"), "\(other.errors)")
        #expect(try await site.run("plan", "--revise", "MOB-2002", file, "--dot").exit == .code(64))
        let untouched = try await site.run("order", "MOB-2002", "--role", "COM", "--json").json()
        #expect(untouched["revision"].number == 1)
        #expect(untouched["history"].elements.allSatisfy { $0["event"].text != "revisionRefused" })
        try await site.stop(worker)
        try await site.stop(systems)
    }
}
