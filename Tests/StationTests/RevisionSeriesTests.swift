import Broker
import Foundation
import Fulfillment
import Orders
import Station
import TestSupport
import Testing

@Suite("The revision series of the example, COM and SOM on one wire")
struct RevisionSeriesTests {
    private static let series = [
        "1-ordered", "2-upgraded", "3-without-mobile", "4-with-fixed-line", "5-mobile-again",
        "6-billed-at-once",
    ]
    private static let broadband: OrderKey =
        "REV-3001/ProvisionOrder/Provisioning.Region2/1/BundleGranularity"
    private static let mobile: OrderKey = "REV-3001/ProvisionOrder/Provisioning.Mobile/5/BundleGranularity"
    private static let fixedLine: OrderKey = "REV-3001/ProvisionOrder/Provisioning.Fixed/8/BundleGranularity"
    private static let fiber: OrderKey = "REV-3002/ProvisionOrder/Provisioning.Region1/1/BundleGranularity"

    /// Sends a file and lets everything happen that needs no years.
    private func play(_ name: String, _ loopback: Loopback) throws {
        loopback.put(try Loopback.example("broadband/orders/revisions/\(name).xml"), into: Loopback.intake)
        try loopback.runToQuiet(untilMoment: loopback.clock.now().advanced(bySeconds: 3_600))
    }

    /// The provisioning orders that COM sent under a key, in order.
    private func provisioning(_ key: OrderKey, _ loopback: Loopback) -> [MessageText] {
        let parts = key.rawValue.split(separator: "/", maxSplits: 1)
        let name = parts.joined(separator: "_")
        return loopback.messages(in: "AIA_CRTFO_OUT_JMSQ")
            .filter { $0.properties.correlationID?.hasPrefix(name) ?? false }.map { MessageText($0.body) }
    }

    private func correlations(_ messages: [MessageText]) -> [String] {
        messages.compactMap { $0.value("corecom:COMCorrelationID") }
    }

    private func amendments(_ role: RoleName, _ key: OrderKey, _ loopback: Loopback) throws -> [Amendment] {
        try loopback.events(role, key).compactMap { event in
            guard case .amended(let amendment) = event else { return nil }
            return amendment
        }
    }

    private func expectValid(_ loopback: Loopback) throws {
        try SchemaCheck.expectValid(loopback)
    }

    @Test(
        "Upgraded, a bundle removed, another added, the first one back: COM and SOM end completed (A36-A42)"
    )
    func series() throws {
        let loopback = try Loopback()
        for name in Self.series { try play(name, loopback) }
        let com = try #require(try loopback.state("COM", "REV-3001"))
        #expect(com.lifecycle == .completed && com.status == "COMPLETE", "\(com.lifecycle) \(com.status)")
        #expect(com.revision == 6)
        for (key, revision) in [(Self.broadband, 2), (Self.mobile, 5), (Self.fixedLine, 4)] {
            let som = try #require(try loopback.state("SOM", key))
            #expect(som.lifecycle == .completed, "\(key): \(som.lifecycle)")
            #expect(som.revision == revision, "\(key): \(som.revision)")
        }
        #expect(try amendments("COM", "REV-3001", loopback).map(\.order.revision) == [2, 3, 4, 5, 6])
        #expect(loopback.faults.isEmpty, "\(loopback.faults)")
        // The upgrade: the same order again, under a number and a correlation of its own.
        let name = "REV-3001_ProvisionOrder/Provisioning.Region2/1/BundleGranularity"
        let upgraded = provisioning(Self.broadband, loopback)
        #expect(correlations(upgraded) == [name, name + "~2"])
        #expect(upgraded.last?.values("corecom:Value").contains("DSL_32M") == true)
        // Asked for, taken back, asked for again.
        let mobile = provisioning(Self.mobile, loopback)
        #expect(mobile.count == 3)
        #expect(mobile.map { $0.text.contains(">CANCEL<") } == [false, true, false])
        #expect(mobile.compactMap { $0.value("corecom:Number").flatMap { Int($0) } } == [1, 3, 5])
        try expectValid(loopback)
        try loopback.expectConsistent()
    }

    @Test("What SOM did for a bundle that is removed is taken back, last things first (A44, A50)")
    func undo() throws {
        let loopback = try Loopback()
        for name in Self.series.prefix(3) { try play(name, loopback) }
        let som = try #require(try loopback.state("SOM", Self.mobile))
        #expect(som.lifecycle == .cancelled && som.status == "CANCELLED")
        let undone = loopback.messages(in: "INVENTORY_REQUEST_JMSQ").map { MessageText($0.body) }.filter {
            $0.text.contains(">undo<") && $0.text.contains("Provisioning.Mobile/5")
        }
        #expect(
            undone.compactMap { $0.values("corecom:COMCorrelationID").first?.split(separator: "_").last }
                .map { $0.split(separator: "/").first ?? "" } == ["CompleteDelivery", "DesignService"]
        )
        let com = try #require(try loopback.state("COM", "REV-3001"))
        let component = com.components.first { $0.plan.system == "Provisioning.Mobile" }
        #expect(component?.processing == .undoCompleted)
        #expect(com.lines.filter(\.isWithdrawn).map(\.id) == ["5", "6", "7"])
        #expect(com.lines.filter(\.isWithdrawn).allSatisfy { $0.state == "CANCELLED" })
        // Beyond the installation nothing is taken back.
        try play("fiber-1-refused", loopback)
        let draft = try Loopback.example("broadband/orders/revisions/fiber-3-cancelled.xml")
        let cancel = String(decoding: draft, as: UTF8.self).replacingOccurrences(
            of: "REV-3002",
            with: "REV-3001"
        )
        .replacingOccurrences(of: "<corecom:Number>3<", with: "<corecom:Number>4<")
        .replacingOccurrences(of: "000000003013", with: "000000003019")
        loopback.put([UInt8](cancel.utf8), into: Loopback.intake)
        try loopback.runToQuiet(untilMoment: loopback.clock.now().advanced(bySeconds: 60))
        #expect(loopback.faults.contains { $0.text.contains("POINT_OF_NO_RETURN") })
        #expect(try loopback.state("COM", "REV-3001")?.revision == 3)
        try expectValid(loopback)
    }

    @Test(
        "Refused, corrected by a revision, cancelled: both roles end cancelled, incidents closed (A45, A69)"
    )
    func fallout() throws {
        let loopback = try Loopback()
        try play("fiber-1-refused", loopback)
        for (role, key) in [("COM", "REV-3002"), ("SOM", Self.fiber)] as [(RoleName, OrderKey)] {
            let state = try #require(try loopback.state(role, key))
            #expect(state.status == "FAILED" && state.incidents.count == 1, "\(role): \(state.status)")
        }
        try play("fiber-2-corrected", loopback)
        for (role, key) in [("COM", "REV-3002"), ("SOM", Self.fiber)] as [(RoleName, OrderKey)] {
            let state = try #require(try loopback.state(role, key))
            #expect(state.revision == 2 && state.incidents.isEmpty && state.componentsFailed == 0)
        }
        try play("fiber-3-cancelled", loopback)
        for (role, key) in [("COM", "REV-3002"), ("SOM", Self.fiber)] as [(RoleName, OrderKey)] {
            let state = try #require(try loopback.state(role, key))
            #expect(state.lifecycle == .cancelled && state.status == "CANCELLED", "\(role): \(state.status)")
            #expect(state.components.allSatisfy { $0.task == nil })
        }
        #expect(correlations(provisioning(Self.fiber, loopback)).map { $0.suffix(2) } == ["ty", "~2", "~3"])
        try expectValid(loopback)
        try loopback.expectConsistent()
    }

    @Test("Cancelled while it is in fallout: what was refused is told to be taken back, too")
    func cancelledInFallout() throws {
        let loopback = try Loopback()
        try play("fiber-1-refused", loopback)
        try play("fiber-3-cancelled", loopback)
        for (role, key) in [("COM", "REV-3002"), ("SOM", Self.fiber)] as [(RoleName, OrderKey)] {
            let state = try #require(try loopback.state(role, key))
            #expect(state.lifecycle == .cancelled && state.incidents.isEmpty, "\(role): \(state.lifecycle)")
        }
        try expectValid(loopback)
    }

    @Test(
        "An undo is answered once, with the correlation of its request; refusals of work do not hold for it"
    )
    func emulatedUndo() throws {
        let loopback = try Loopback()
        try play("fiber-1-refused", loopback)
        try play("fiber-3-cancelled", loopback)
        let undone = loopback.answered.filter { $0.correlation.hasSuffix("~2") && $0.system == "Inventory" }
        let answers = try #require(undone.first).replies.map { MessageText($0.message.body) }
        #expect(undone.count == 1 && answers.count == 1)
        #expect(answers.first?.value("corecom:COMCorrelationID") == undone.first?.correlation)
        #expect(answers.first?.text.contains(">CANCELLED<") == true)
    }

    /// What an order comes to where a cancellation and the end of its provisioning arrive in the same moment.
    private func cross(cancelsFirst: Bool) throws -> (com: OrderState, som: OrderState, loopback: Loopback) {
        let loopback = try Loopback()
        let cancellation = Message(
            properties: MessageProperties(contentType: "application/xml", messageID: "cancellation"),
            body: try Loopback.example("broadband/orders/revisions/fiber-3-cancelled.xml")
        )
        var crossed = 0
        loopback.arrange = { waiting in
            let isEnd = { (queued: Loopback.Queued) in
                queued.queue == Loopback.updates
                    && queued.message.properties.correlationID?.hasPrefix("REV-3002_ProvisionOrder/") ?? false
                    && MessageText(queued.message.body).text.contains(">COMPLETE<")
            }
            guard crossed == 0, waiting.contains(where: isEnd) else { return waiting }
            crossed += 1
            let cancel: Loopback.Queued = (Loopback.intake, cancellation)
            return cancelsFirst ? [cancel] + waiting : waiting + [cancel]
        }
        try play("fiber-2-corrected", loopback)
        #expect(crossed == 1, "the end of the provisioning was never on the wire")
        return (
            try #require(try loopback.state("COM", "REV-3002")),
            try #require(try loopback.state("SOM", Self.fiber)), loopback
        )
    }

    @Test(
        "A cancellation that crosses a completion: both roles end cancelled, whichever arrives first (A43, A63)"
    )
    func crossing() throws {
        let ends = try [true, false].map(cross)
        for end in ends {
            #expect(end.com.lifecycle == .cancelled && end.com.status == "CANCELLED", "\(end.com.status)")
            #expect(end.som.lifecycle == .cancelled && end.som.status == "CANCELLED", "\(end.som.status)")
            #expect(end.com.components.allSatisfy { $0.task == nil && $0.processing != .undoing })
            #expect(end.com.incidents.isEmpty && end.som.incidents.isEmpty)
            #expect(end.loopback.faults.isEmpty, "\(end.loopback.faults)")
            #expect(
                correlations(provisioning(Self.fiber, end.loopback)).map { $0.suffix(2) } == ["ty", "~2"]
            )
            try expectValid(end.loopback)
            try end.loopback.expectConsistent()
        }
        #expect(ends[0].com.lines.map(\.state) == ends[1].com.lines.map(\.state))
        #expect(Outcome(ends[0].som).components == Outcome(ends[1].som).components)
    }
}
