import Broker
import Foundation
import TestSupport
import Testing

extension Commands {
    /// Names on the command line and in the configuration of what is not there.
    @Suite("What is misnamed")
    struct Misnamed {
        private static let order = CommandSite.order("mobile.xml")

        @Test(
            "A role that no worker has is wrong usage for every command, in the same words",
            arguments: [
                ["run"], ["emulate"], ["submit", order], ["plan", order], ["orders"], ["order", "X"],
            ]
        )
        func role(command: [String]) async throws {
            let site = try CommandSite()
            let finished = try await site.run(command + ["--role", "com"])
            #expect(finished.exit == .code(64))
            #expect(finished.errors == "no worker has the role 'com'; there are COM, SOM\n")
            #expect(finished.output.isEmpty)
        }

        @Test(
            "A catalog that is not there is told where it is named, with the path looked at",
            arguments: ["check", "run"]
        )
        func catalog(command: String) async throws {
            let site = try CommandSite()
            try site.configure(replacing: [("broadband/com.yaml", "broadband/comm.yaml")])
            let finished = try await site.run(command)
            #expect(finished.exit == .code(78))
            let path = BuiltProducts.packageFolder.appending(path: "Examples/broadband/comm.yaml").path
            let lines = try String(contentsOfFile: site.config, encoding: .utf8).split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            let line = try #require(lines.firstIndex { $0.contains("comm.yaml") }) + 1
            #expect(
                finished.errors.hasPrefix(
                    "\(site.config):\(line):14: the catalog of worker COM, \(path), is not there; check its path"
                ),
                "\(finished.errors)"
            )
        }

        @Test("The catalog of a role that is not run does not matter")
        func otherRole() async throws {
            let site = try CommandSite()
            try site.configure(replacing: [("broadband/som.yaml", "broadband/none.yaml")])
            let plan = try await site.run("plan", Self.order, "--role", "COM")
            #expect(plan.exit == .code(0), "\(plan.errors)")
        }

        @Test(
            "A file that is no store is said to be none, and what to do",
            arguments: [["run"], ["orders"], ["order", "X"], ["stats"], ["verify"]]
        )
        func notAStore(command: [String]) async throws {
            let site = try CommandSite()
            try site.write("no database, but long enough to be read as one", as: "waystation.db")
            let finished = try await site.run(command)
            #expect(finished.exit == .code(78))
            let last = finished.errors.split(separator: "\n").last ?? ""
            #expect(
                last.hasPrefix(
                    "STORE_CONFIGURATION: \(site.storePath) is not a Waystation store. Give the path of a store"
                ),
                "\(finished.errors)"
            )
        }

        @Test("Without a configuration file: how to name one")
        func noConfiguration() async throws {
            let site = try CommandSite()
            let finished = try await ChildProcess(
                try BuiltProducts.waystation(),
                ["orders"],
                folder: site.folder
            ).finished()
            #expect(finished.exit == .code(78))
            #expect(
                finished.errors
                    == "queues.yaml: the file is not there; check its path, or name another with --config or "
                    + "WAYSTATION_CONFIG\n"
            )
        }

        @Test("WAYSTATION_CONFIG names the configuration when no option does")
        func configurationVariable() async throws {
            let site = try CommandSite()
            let path = try site.write("broker: {}\n", as: "other.yaml")
            let finished = try await ChildProcess(
                try BuiltProducts.waystation(),
                ["check"],
                environment: ["WAYSTATION_CONFIG": path]
            ).finished()
            #expect(finished.exit == .code(78))
            #expect(finished.errors.hasPrefix(path + ":"), "\(finished.errors)")
        }
    }
}
