import Foundation
import TestSupport

/// What the stages cost by themselves: `bench-counts`, alone or under callgrind.
enum StageCosts {
    /// In the order in which it runs them.
    static let names = ["decode", "decide", "encode", "journal", "commit"]

    private static func program() throws -> URL {
        try BuiltProducts.executable("bench-counts")
    }

    private static func storeFolder(in folder: URL) throws -> URL {
        let stores = folder.appendingPathComponent("counts")
        if FileManager.default.fileExists(atPath: stores.path) {
            try FileManager.default.removeItem(at: stores)
        }
        try FileManager.default.createDirectory(at: stores, withIntermediateDirectories: true)
        return stores
    }

    private static func arguments(rounds: Int, stores: URL) -> [String] {
        [BuiltProducts.packageFolder.path, "\(rounds)", stores.path]
    }

    /// Microseconds of processor time a hop.
    static func microseconds(folder: URL, rounds: Int) async throws -> [String: Double] {
        let stores = try storeFolder(in: folder)
        let output = try await output(
            try program(),
            arguments(rounds: rounds, stores: stores),
            seconds: 120
        )
        return values("microsecondsPerHop", in: output)
    }

    /// Instructions a hop, which do not depend on how busy the machine is.
    static func instructions(folder: URL) async throws -> [String: Double] {
        let valgrind = URL(fileURLWithPath: "/usr/bin/valgrind")
        guard FileManager.default.isExecutableFile(atPath: valgrind.path) else {
            throw BenchProblem("valgrind is not installed (apt-get install valgrind)")
        }
        let stores = try storeFolder(in: folder)
        // Valgrind stumbles over debugging information that is newer than itself.
        let bare = stores.appendingPathComponent("bench-counts")
        try await PeerShop.finish(
            ["/usr/bin/strip", "--strip-debug", "-o", bare.path, try program().path],
            folder: stores
        )
        var instructions: [String: Double] = [:]
        for name in names {
            let counts = stores.appendingPathComponent("\(name).callgrind")
            let output = try await output(
                valgrind,
                [
                    "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*runMeasured*",
                    "--callgrind-out-file=\(counts.path)", bare.path,
                ] + arguments(rounds: 1, stores: stores) + [name],
                seconds: 300
            )
            let total = try String(contentsOf: counts, encoding: .utf8).split(separator: "\n")
                .last { $0.hasPrefix("totals:") }
            guard let count = total?.split(separator: " ").last.flatMap({ Double($0) }), count > 0,
                let hops = values("hops", in: output)[name], hops > 0
            else { throw BenchProblem("callgrind counted nothing of \(name)") }
            instructions[name] = count / hops
        }
        return instructions
    }

    private static func output(_ program: URL, _ arguments: [String], seconds: Double) async throws -> String
    {
        let process = try ChildProcess(
            program,
            arguments,
            // The order of what is in a dictionary, and with it the number of steps, must not change from run to run.
            environment: ["SWIFT_DETERMINISTIC_HASHING": "1"]
        )
        let finished = try await process.finished(within: seconds)
        guard finished.exit == .code(0) else {
            throw BenchProblem("\(program.lastPathComponent) failed: \(finished.errors.suffix(2_000))")
        }
        return finished.output
    }

    /// `STAGE name=value …`, line by line.
    private static func values(_ name: String, in output: String) -> [String: Double] {
        var values: [String: Double] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            for word in words.dropFirst() where word.hasPrefix("\(name)=") {
                values[String(words[0])] = Double(word.dropFirst(name.count + 1))
            }
        }
        return values
    }
}
