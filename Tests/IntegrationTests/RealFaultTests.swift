import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Short runs of the soak: worker, broker, network, disk and clock fail while orders come in, and ledgers of what was
    /// sent and of what arrived are compared.
    @Suite("Real faults, a few of each kind") struct RealFaultTests {
        /// What the tests look at of `soak.json`.
        private struct Report: Decodable {
            struct Totals: Decodable {
                var confirmed: Int
                var completed: Int
                var lost: Int
                var duplicateEffects: Int
                var brokerKills: Int
                var pointsHit: [String: Int]
            }

            struct Course: Decodable {
                var fault: String
                var problems: [String]
                var paces: Paces?
            }

            struct Paces: Decodable {
                var before: Pace
                var during: Pace
                var after: Pace
            }

            struct Pace: Decodable {
                var completed: Int
            }

            var totals: Totals
            var courses: [Course]
        }

        private static let workerFaultNames = [
            "K1", "K2", "K3", "K4", "B6", "D1", "D2", "D3", "M1", "M2", "C1",
        ]

        private static func soak(_ arguments: String...) async throws -> (FinishedProcess, Report) {
            let folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("waystation-soak-\(ProcessInfo.processInfo.globallyUniqueString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer {
                // What stays behind is in the system's place for temporary files.
                try? FileManager.default.removeItem(at: folder)
            }
            let process = try ChildProcess(
                try BuiltProducts.soak(),
                ["--quick", "--folder", folder.path] + arguments
            )
            let finished = try await process.finished(within: 600)
            let report = try Data(contentsOf: folder.appendingPathComponent("soak.json"))
            return (finished, try JSONDecoder().decode(Report.self, from: report))
        }

        @Test(
            "Worker, disk, clock and messages: killed, drained, frozen, full, failing, stepping, repeated, unreadable"
        )
        func workerFaults() async throws {
            let (finished, report) = try await Self.soak(
                "--only",
                Self.workerFaultNames.joined(separator: ",")
            )
            #expect(finished.exit == .code(0), "\(finished.output)\(finished.errors)")
            #expect(report.courses.map(\.fault) == Self.workerFaultNames)
            // Nothing comes before the deaths of B6.
            let paced = report.courses.filter { $0.paces != nil }.map(\.fault)
            #expect(paced == Self.workerFaultNames.filter { $0 != "B6" })
            #expect(finished.output.contains("after/before"), "\(finished.output)")
            #expect(report.totals.pointsHit.count == 13, "\(report.totals.pointsHit)")
            #expect(report.totals.completed == report.totals.confirmed && report.totals.completed > 0)
        }

        @Test(
            "Broker and network: killed, frozen, short, administered, impatient, silent, cut at a byte, slow"
        )
        func brokerFaults() async throws {
            let (finished, report) = try await Self.soak("--only", "B1,B2,B3,B4,B5,N1,N2,N3")
            #expect(finished.exit == .code(0), "\(finished.output)\(finished.errors)")
            #expect(report.courses.count == 8 && report.totals.brokerKills > 0)
            #expect(report.courses.allSatisfy { $0.paces != nil })
            #expect(report.totals.completed == report.totals.confirmed && report.totals.completed > 0)
        }

        @Test(
            "A loss made on purpose is found: told with the order and the ledgers, exit 1",
            arguments: ["ledger-line", "store"]
        )
        func planted(loss: String) async throws {
            let (finished, report) = try await Self.soak("--only", "K1", "--rounds", "2", "--plant", loss)
            #expect(finished.exit == .code(1), "\(finished.output)")
            #expect(loss == "store" ? report.totals.lost > 0 : report.totals.lost == 1)
            let told = report.courses.flatMap(\.problems).filter { $0.hasPrefix("lost: order ") }
            #expect(!told.isEmpty && told.allSatisfy { $0.contains("; ledgers: ") }, "\(report.courses)")
            #expect(finished.output.contains("PROBLEM: K1: lost: order "), "\(finished.output)")
        }
    }
}
