import Foundation
import TestSupport
import Testing

extension Commands.Workers {
    private static let samples = ["mobile.xml", "invalid-content.xml", "refused-speed.xml"]

    /// Lets a worker carry out orders, one of them well, and gives what it logged.
    private func log(_ format: String) async throws -> String {
        let site = try CommandSite()
        try await site.applyTopology()
        let worker = try await site.startWorker(environment: ["WAYSTATION_LOG": format])
        let systems = try await site.startSystems()
        let sent = try await site.run(["submit"] + Self.samples.map(CommandSite.order))
        #expect(sent.exit == .code(0), "\(sent.errors)")
        try await site.waitForCompletion(of: 1)
        try await eventually("both faults", every: 0.25) {
            let errors = try await site.statistics().errors
            return errors["ORDER_INVALID"] != nil && errors["SYSTEM_REFUSED"] != nil
        }
        try await site.stop(worker)
        try await site.stop(systems)
        return worker.errors
    }

    /// The customers of the orders, and where they live.
    private func customerData() throws -> Set<String> {
        let names = ["CustomerPartyAccountName", "LineOne", "PostalCode", "PhoneNumber", "CityName"]
        var found: Set<String> = []
        for sample in Self.samples {
            let text = try CommandSite.text(sample)
            for name in names {
                for part in text.components(separatedBy: "\(name)>").dropFirst() {
                    let value = part.prefix { $0 != "<" }.trimmingCharacters(in: .whitespacesAndNewlines)
                    if value.count > 3 { found.insert(value) }
                }
            }
        }
        return found
    }

    @Test("Logs as JSON: every line is an object with time, level and message; no customer data")
    func jsonLog() async throws {
        let log = try await log("json")
        let lines = log.split(separator: "\n").map(String.init)
        #expect(lines.count > 4)
        var records: [[String: Any]] = []
        for line in lines {
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let record = try #require(object, "\(line)")
            let time = try #require(record["time"] as? String)
            #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil, "\(time)")
            let level = try #require(record["level"] as? String)
            #expect(["info", "warning", "error"].contains(level), "\(line)")
            #expect((record["message"] as? String)?.isEmpty == false, "\(line)")
            records.append(record)
        }
        try expectIdentifications(records)
        try expectDiscretion(log)
    }

    /// What a line is about stands under names that a log search can rely on.
    private func expectIdentifications(_ records: [[String: Any]]) throws {
        func record(_ text: String, _ name: String, _ value: String) throws -> [String: Any] {
            try #require(
                records.first { $0["message"] as? String == text && $0[name] as? String == value },
                "no '\(text)' with \(name) \(value)"
            )
        }
        for (key, id) in [
            ("MOB-2002", "6f1c2a40-52d7-4b8e-9c10-000000000002"),
            ("BB-2010", "6f1c2a40-52d7-4b8e-9c10-000000000010"),
        ] {
            let accepted = try record("order accepted", "order.key", key)
            #expect(accepted["message.id"] as? String == id)
            #expect(accepted["queue.name"] as? String == "AIA_CRTFO_IN_JMSQ")
            #expect(accepted["role"] as? String == "COM")
        }
        let invalid = try record("order is invalid", "order.key", "BB-2009")
        #expect(invalid["message.id"] as? String == "6f1c2a40-52d7-4b8e-9c10-000000000009")
        #expect(invalid["queue.name"] as? String == "AIA_CRTFO_IN_JMSQ")
        let refused = try record("order has a failure", "order.key", "BB-2010")
        #expect(refused["failure.code"] as? String == "SYSTEM_REFUSED")
        #expect(refused["queue.name"] as? String == "AIA_UPDFO_IN_JMSQ")
        #expect((refused["message.id"] as? String)?.isEmpty == false)
        let component = try #require(refused["component.id"] as? String)
        #expect(component.hasPrefix("ProvisionOrder/Provisioning.Region1/"), "\(component)")
    }

    @Test("Logs as text: every line begins with time and level; no customer data")
    func textLog() async throws {
        let log = try await log("text")
        let lines = log.split(separator: "\n").map(String.init)
        #expect(lines.count > 4)
        for line in lines {
            let begin = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z (INFO|WARNING|ERROR) \S.*/
            #expect(line.wholeMatch(of: begin) != nil, "\(line)")
        }
        try expectDiscretion(log)
    }

    private func expectDiscretion(_ log: String) throws {
        #expect(log.contains("BB-2009"), "the log names orders: \(log)")
        let data = try customerData()
        #expect(data.contains("Otavio Brandao"))
        for value in data { #expect(!log.contains(value)) }
    }
}
