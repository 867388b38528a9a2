import Catalog
import Foundation
import Testing

@Suite("A configuration with its catalogs")
struct StationCheckTests {
    /// Writes both files into a folder of their own, checks them, and removes them.
    private func check(_ configuration: String, _ catalog: String?) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "station-check-\(ProcessInfo.processInfo.globallyUniqueString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Left behind it does no harm.
        try configuration.write(
            to: folder.appendingPathComponent("q.yaml"),
            atomically: true,
            encoding: .utf8
        )
        try catalog?.write(to: folder.appendingPathComponent("c.yaml"), atomically: true, encoding: .utf8)
        let path = folder.appendingPathComponent("q.yaml").path
        let check = StationCheck.run(path: path, environment: [:])
        return check.diagnostics.map { $0.description.replacing(folder.path + "/", with: "") }
    }

    private static let complete = Sample.replace(
        "    ERRORS: {deadLetter: none}",
        "    ERRORS:\n    BILLING:\n    NETWORK:\n    FAST:",
        in: ConfigurationTests.station
    )

    @Test("Files that fit have nothing said about them")
    func fits() throws { #expect(try check(Self.complete, Sample.catalog) == []) }

    @Test("Request queues must be declared; both files are told at once")
    func requestQueues() throws {
        let configuration = Sample.replace(
            "    BILLING:\n",
            "",
            in: Sample.replace("senderID: A", "senderID: A\n    senderId: B", in: Self.complete)
        )
        #expect(
            try check(configuration, Sample.catalog) == [
                "c.yaml:34:12: queue 'BILLING' of system Billing is not declared in the topology of q.yaml; "
                    + "declare it there under 'queues'",
                "q.yaml:19:5: unknown key 'senderId' in worker COM; did you mean 'senderID'?",
            ]
        )
    }

    @Test("Problems of the catalog stand beside those of the configuration")
    func both() throws {
        let catalog = Sample.catalog("  Plan: Service", "  Plan: Servise")
        #expect(
            try check(Sample.replace("store:", "stor:", in: Self.complete), catalog) == [
                "c.yaml:5:9: unknown pattern 'Servise'; did you mean 'Service'?",
                "q.yaml:1:1: the configuration has no 'store'; add the key 'store'",
                "q.yaml:3:1: unknown key 'stor' in the configuration; did you mean 'store'?",
            ]
        )
    }

    @Test("Urgent ways lead from request queues to other queues")
    func urgentRoutes() throws {
        let configuration = Sample.replace(
            "    updates: UPDATES",
            "    updates: UPDATES\n    urgentRoutes: {NETWORK: FAST, UPDATES: FASTT, BILLING: BILLING}",
            in: Self.complete
        )
        #expect(
            try check(configuration, Sample.catalog) == [
                "q.yaml:22:35: no system of catalog sample is asked on queue 'UPDATES' of 'urgentRoutes'; "
                    + "known: 'BILLING', 'NETWORK'",
                "q.yaml:22:44: queue 'FASTT' is not declared in the topology; did you mean 'FAST'?",
                "q.yaml:22:60: the urgent way of queue 'BILLING' is the queue itself; "
                    + "name another queue, or remove the entry",
            ]
        )
    }

    @Test("A catalog that reports upstream needs somewhere to report to")
    func upstream() throws {
        let configuration = Sample.replace(
            "    upstream: {exchange: orders, routingKey: up}\n",
            "",
            in: Self.complete
        )
        #expect(
            try check(configuration, Sample.catalog) == [
                "q.yaml:17:3: worker COM has no 'upstream', but its catalog reports by UpdateSalesOrderEBM; "
                    + "name the queue of whoever sends it orders, or write 'format: none' in the catalog"
            ]
        )
        #expect(try check(configuration, Sample.catalog("format: UpdateSalesOrderEBM", "format: none")) == [])
    }

    @Test("A worker does not ask itself")
    func ownQueue() throws {
        #expect(
            try check(Self.complete, Sample.catalog("queue: NETWORK", "queue: UPDATES")) == [
                "c.yaml:38:12: system Network is asked on queue 'UPDATES', which worker COM reads itself; "
                    + "use another queue"
            ]
        )
    }

    @Test("A catalog that is not there is told where it is named")
    func missingCatalog() throws {
        #expect(
            try check(Self.complete, nil) == [
                "q.yaml:18:14: the catalog of worker COM, c.yaml, is not there; check its path; a relative one begins "
                    + "at the folder of this file"
            ]
        )
    }
}
