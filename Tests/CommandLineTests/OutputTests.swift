import Foundation
import TestSupport
import Testing

extension Commands {
    /// Results and remarks that nobody can take.
    @Suite("Output")
    struct Output {
        /// Runs a line of shell in which `$0` is the program and `$1` the option with the configuration.
        private func shell(_ line: String, _ site: CommandSite) throws -> ChildProcess {
            try ChildProcess(
                URL(fileURLWithPath: "/bin/sh"),
                ["-c", line, try BuiltProducts.waystation().path, "--config=\(site.config)"],
                environment: [
                    "WAYSTATION_BROKER": "embedded:\(site.brokerPath)",
                    "WAYSTATION_STORE": "sqlite:\(site.storePath)", "SITE": site.folder.path,
                ]
            )
        }

        @Test("A full disk under standard output is told, with exit code 1")
        func fullDisk() async throws {
            let site = try CommandSite()
            let finished = try await shell("exec \"$0\" topology plan \"$1\" >/dev/full", site).finished()
            #expect(finished.exit == .code(1), "\(finished.errors)")
            #expect(
                finished.errors == "standard output cannot be written: No space left on device\n",
                "\(finished.errors)"
            )
        }

        @Test("A reader that has gone ends a command quietly, also where the signal of it was switched off")
        func readerGone() async throws {
            let site = try CommandSite()
            // The only reader of the pipe is closed before the command starts.
            let line = """
                trap '' PIPE; mkfifo "$SITE/pipe"; exec 4<>"$SITE/pipe" 5>"$SITE/pipe" 4<&-
                exec "$0" topology plan "$1" >&5
                """
            let finished = try await shell(line, site).finished()
            #expect(finished.exit == .signal(SIGPIPE), "\(finished.errors)")
            #expect(finished.errors.isEmpty, "\(finished.errors)")
        }

        @Test("A worker whose log nobody takes works on, and ends well")
        func logNobodyTakes() async throws {
            let site = try CommandSite()
            try await site.applyTopology()
            let worker = try shell("exec \"$0\" run \"$1\" 2>/dev/full", site)
            try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
            try await eventually("the order", every: 0.25) {
                // The worker makes the store in its first moments.
                let listed = try await site.run("orders", "--json")
                return try listed.exit == .code(0) && !listed.json().elements.isEmpty
            }
            worker.signal(SIGTERM)
            #expect(try await worker.exit(within: 40) == .code(0))
        }
    }
}
