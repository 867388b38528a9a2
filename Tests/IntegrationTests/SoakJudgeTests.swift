import Foundation
import TestSupport
import Testing
import Workload

@testable import soak

/// The judge of the soak on ledgers written by hand: each kind of harm is found, told, and makes a run fail.
@Suite("The judge of the soak") struct SoakJudgeTests {
    /// Two ledgers, line by line.
    struct Ledgers {
        var generator: [String]
        var sink: [String]
    }

    /// One change to ledgers in which all is well, and what must be found.
    struct Harm: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// How the sentence of the report begins.
        var told: String
        var change: @Sendable (inout Ledgers, Site) -> Void
    }

    /// A judge of runs of one round, and what its ledgers speak of.
    struct Site: Sendable {
        let stream: OrderStream
        let judge: Judge

        init(comparesTimes: Bool = true) throws {
            let files = try StationFiles(folder: BuiltProducts.packageFolder)
            stream = try files.orders("mobile.xml")
            judge = try Judge(
                stream: stream,
                flow: RecordedFlow(roles: files.roles),
                queues: StationQueues(roles: files.roles),
                comparesTimes: comparesTimes,
                rounds: 1
            )
        }

        func key(_ number: Int) -> String { stream.identity(number).key }

        /// The lines of an order that was done: each step asked once, two pieces of news.
        func course(of number: Int) -> [String] {
            let key = key(number)
            let steps = judge.expected[0].sorted { ($0.queue, $0.component) < ($1.queue, $1.component) }
            let asked = steps.enumerated().map {
                "request\task-\(number)-\($0)\t\(key)\($1.component)\tdigest-\($0)\tfirst\t\($1.queue)"
            }
            return ["upstream\tnews-\(number)-1\t\(key)\tdigest\tfirst\tIN PROGRESS\t2026-01-01T00:00:01Z"]
                + asked
                + ["upstream\tnews-\(number)-2\t\(key)\tdigest\tfirst\tCOMPLETE\t2026-01-01T00:00:02Z"]
        }

        /// Two orders that went well, and an unreadable message that was put aside and told of.
        var goodLedgers: Ledgers {
            Ledgers(
                generator: [
                    "sent\t0", "sent\t1", "planted\tbad-1", "confirmed\t1", "confirmed\t0",
                    "planted-confirmed\tbad-1",
                ],
                sink: course(of: 0) + course(of: 1) + [
                    "error\tbad-1\t\tdigest\tfirst", "fallout\tfault-1\t\tdigest\tfirst",
                ]
            )
        }

        func verdict(_ ledgers: Ledgers) throws -> Verdict {
            let folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("waystation-judge-\(ProcessInfo.processInfo.globallyUniqueString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer {
                // What stays behind is in the system's place for temporary files.
                try? FileManager.default.removeItem(at: folder)
            }
            let paths = try zip(["generator", "sink"], [ledgers.generator, ledgers.sink]).map { name, lines in
                let file = folder.appendingPathComponent(name)
                try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
                return file.path
            }
            return try judge.verdict(generator: paths[0], sink: paths[1])
        }
    }

    /// What the report of a run says against this verdict.
    private static func problems(_ verdict: Verdict) -> [String] {
        var figures = CourseFigures(fault: .workerKilled, rounds: 1, seconds: 1, verdict: verdict)
        figures.recoverySeconds = [1]
        figures.paceRecoverySeconds = [1]
        figures.fileChecks = 1
        let options = SoakGateTests.options
        figures.judge(by: Gate(heartbeatSeconds: 1, patience: 1, judgesMemory: true), ledgers: "here")
        return SoakReport(options: options, seconds: 1, courses: [figures], simulator: nil).problems
    }

    @Test("Nothing is found where all is well, and all is counted")
    func good() throws {
        let site = try Site()
        let verdict = try site.verdict(site.goodLedgers)
        #expect(Self.problems(verdict) == [])
        #expect((verdict.attempted, verdict.confirmed, verdict.completed) == (2, 2, 2))
        #expect((verdict.poisonPlanted, verdict.poisonFound) == (1, 1))
        let (asked, told) = (site.judge.expected[0].count, site.judge.expectedNews[0])
        #expect(told > 1 && verdict.outputsExpected == 2 * (asked + told) + 2)
        #expect(verdict.outputs == site.goodLedgers.sink.count && verdict.outputsRepeated == 0)
    }

    private static let harms = [
        Harm(testDescription: "a confirmed order without an end", told: "lost: order ") { ledgers, _ in
            ledgers.generator += ["sent\t2", "confirmed\t2"]
        },
        Harm(testDescription: "an order that stops half-way", told: "lost: order ") { ledgers, _ in
            ledgers.sink.removeAll { $0.contains("news-1-2") }
        },
        Harm(testDescription: "a system that was never asked", told: "lost: order ") { ledgers, _ in
            ledgers.sink.removeAll { $0.contains("ask-1-0\t") }
        },
        Harm(testDescription: "an unreadable message that is gone", told: "lost: unreadable message bad-2") {
            ledgers,
            _ in
            ledgers.generator += ["planted\tbad-2", "planted-confirmed\tbad-2"]
            ledgers.sink.append("fallout\tfault-2\t\tdigest\tfirst")
        },
        Harm(testDescription: "an order that was never sent", told: "unexpected: order ") { ledgers, site in
            ledgers.sink += site.course(of: 7)
        },
        Harm(testDescription: "news of nobody", told: "unexpected: news of nobody") { ledgers, _ in
            ledgers.sink.append("upstream\tx\tnobody\tdigest\tfirst\tCOMPLETE\t2026-01-01T00:00:03Z")
        },
        Harm(testDescription: "a status without a name", told: "unexpected: status ODD") { ledgers, site in
            ledgers.sink.append("upstream\tx\t\(site.key(1))\tdigest\tfirst\tODD\t2026-01-01T00:00:03Z")
        },
        Harm(testDescription: "a step that no plan has", told: "unexpected: a request for ") {
            ledgers,
            site in
            ledgers.sink.append("request\tx\t\(site.key(1))/none\tdigest\tfirst\tnowhere")
        },
        Harm(testDescription: "a request for nobody", told: "unexpected: a request for nobody") {
            ledgers,
            _ in
            ledgers.sink.append("request\tx\tnobody/1\tdigest\tfirst\tnowhere")
        },
        Harm(testDescription: "a readable message put aside", told: "unexpected: message x is in") {
            ledgers,
            _ in
            ledgers.sink.append("error\tx\t\tdigest\tfirst")
        },
        Harm(testDescription: "an unreadable message told of twice", told: "unexpected: 2 faults for 1 ") {
            ledgers,
            _ in
            ledgers.sink.append("fallout\tfault-2\t\tdigest\tfirst")
        },
        Harm(testDescription: "an unreadable message told of never", told: "unexpected: 0 faults for 1 ") {
            ledgers,
            _ in
            ledgers.sink.removeAll { $0.hasPrefix("fallout") }
        },
        Harm(testDescription: "trouble told too often", told: "unexpected: DOWN was told ") { ledgers, _ in
            for number in 1...100 {
                ledgers.sink.append("trouble\ttrouble-\(number)\t\tdigest\tfirst\tDOWN")
            }
        },
        Harm(testDescription: "a step asked under two ids", told: "done twice: ") { ledgers, _ in
            guard let line = ledgers.sink.first(where: { $0.contains("ask-1-0\t") }) else { return }
            ledgers.sink.append(line.replacingOccurrences(of: "ask-1-0\t", with: "again\t"))
        },
        Harm(testDescription: "an end told under two ids", told: "done twice: the end of ") { ledgers, site in
            ledgers.sink.append(
                "upstream\tx\t\(site.key(1))\tdigest\tfirst\tCOMPLETE\t2026-01-01T00:00:03Z"
            )
        },
        Harm(testDescription: "one id with two contents", told: "one id, different bytes: ") { ledgers, _ in
            guard let line = ledgers.sink.first(where: { $0.contains("ask-1-0\t") }) else { return }
            ledgers.sink.append(line.replacingOccurrences(of: "digest-0", with: "digest-other"))
        },
        Harm(testDescription: "a status that goes back", told: "out of order: ") { ledgers, site in
            ledgers.sink.append(
                "upstream\tx\t\(site.key(1))\tdigest\tfirst\tIN PROGRESS\t2026-01-01T00:00:03Z"
            )
        },
        Harm(testDescription: "news that is older than the last", told: "out of order: ") { ledgers, site in
            let line = "upstream\tx\t\(site.key(1))\tdigest\tfirst\tIN PROGRESS\t2026-01-01T00:00:00Z"
            guard let place = ledgers.sink.firstIndex(where: { $0.contains("news-1-2") }) else { return }
            ledgers.sink.insert(line, at: place)
        },
    ]

    @Test("Each harm is found, alone, and fails the run", arguments: harms)
    func found(harm: Harm) throws {
        let site = try Site()
        var ledgers = site.goodLedgers
        harm.change(&ledgers, site)
        let problems = Self.problems(try site.verdict(ledgers))
        #expect(!problems.isEmpty && problems.allSatisfy { $0.hasPrefix("K1: \(harm.told)") }, "\(problems)")
    }

    @Test(
        "What may happen is no harm: the same once more, an order nobody promised, times of a stepping clock"
    )
    func allowed() throws {
        let site = try Site(comparesTimes: false)
        var ledgers = site.goodLedgers
        ledgers.generator.append("sent\t2")
        ledgers.sink += site.course(of: 1).map { $0.replacingOccurrences(of: "\tfirst", with: "\tagain") }
        let late = "upstream\tx\t\(site.key(1))\tdigest\tfirst\tIN PROGRESS\t2025-12-31T00:00:00Z"
        let place = try #require(ledgers.sink.firstIndex { $0.contains("news-1-2") })
        ledgers.sink.insert(late, at: place)
        let verdict = try site.verdict(ledgers)
        #expect(Self.problems(verdict) == [])
        #expect(verdict.outputsRepeated == site.course(of: 1).count)
        #expect((verdict.attempted, verdict.confirmed) == (3, 2))
    }

    @Test("A ledger that cannot be read is no good ledger")
    func unreadable() throws {
        let site = try Site()
        var ledgers = site.goodLedgers
        ledgers.sink.append("upstream\tx")
        #expect(throws: SoakProblem.self) { try site.verdict(ledgers) }
    }
}
