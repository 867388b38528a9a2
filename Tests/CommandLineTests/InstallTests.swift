import Foundation
import TestSupport
import Testing

extension Commands {
    /// What `make install` does once the program is built.
    @Suite("install")
    struct Install {
        /// Runs the installation of the built program into a folder of the site.
        private func install(
            _ site: CommandSite,
            path: String = "/usr/bin:/bin",
            changes: [String: String] = [:]
        ) async throws -> FinishedProcess {
            var environment = [
                "PREFIX": site.folder.path, "SYSCONFDIR": site.folder.path + "/etc",
                "DESTDIR": "", "PATH": path,
                "BINARY": try BuiltProducts.waystation().path,
            ]
            environment.merge(changes) { $1 }
            let script = BuiltProducts.packageFolder.appending(path: "deploy/install-files")
            return try await ChildProcess(script, [], environment: environment).finished()
        }

        @Test(
            "What is installed runs with its configuration, keeps function names, and is told what to do next"
        )
        func installed() async throws {
            let site = try CommandSite()
            let finished = try await install(site)
            #expect(finished.exit == .code(0), "\(finished.errors)")
            let config = site.folder.path + "/etc/waystation/queues.yaml"
            let unit = site.folder.path + "/etc/systemd/system/waystation.service"
            #expect(finished.output.contains("edit \(config)"), "\(finished.output)")
            #expect(finished.output.contains("systemctl enable --now \(unit)"), "\(finished.output)")
            #expect(finished.output.contains("is not on your PATH"), "\(finished.output)")
            let program = site.folder.appending(path: "bin/waystation")
            let version = try await ChildProcess(program, ["--version"]).finished()
            #expect(version.output.contains("."), "\(version.errors)")
            let check = try await ChildProcess(
                program,
                ["check"],
                environment: ["WAYSTATION_CONFIG": config],
                folder: site.folder
            ).finished()
            #expect(check.exit == .code(0), "\(check.errors)")
            #expect(
                check.output.contains("sqlite:/var/lib/waystation/waystation.db"),
                "\(check.output)"
            )
            let sections = try await ChildProcess(
                URL(fileURLWithPath: "/usr/bin/env"),
                ["readelf", "--section-headers", "--wide", program.path]
            ).finished().output
            #expect(!sections.contains(".debug_info"), "debug information is left in")
            #expect(sections.contains(".symtab"), "a backtrace needs the names of functions")
            let text = try String(contentsOfFile: unit, encoding: .utf8)
            #expect(text.contains("ExecStart=\(program.path) run --config \(config)"))
            #expect(!text.contains("DIR@"), "something is not filled in")
        }

        @Test("A configuration that is there is kept, and a PATH that has the folder needs no hint")
        func again() async throws {
            let site = try CommandSite()
            let path = site.folder.path + "/bin:/usr/bin:/bin"
            _ = try await install(site, path: path)
            let config = site.folder.path + "/etc/waystation/queues.yaml"
            try "# mine\n".write(toFile: config, atomically: true, encoding: .utf8)
            let finished = try await install(site, path: path)
            #expect(finished.exit == .code(0), "\(finished.errors)")
            #expect(try String(contentsOfFile: config, encoding: .utf8) == "# mine\n")
            #expect(FileManager.default.fileExists(atPath: config + ".new"))
            #expect(finished.output.contains("is kept"), "\(finished.output)")
            #expect(!finished.output.contains("is not on your PATH"), "\(finished.output)")
            #expect(finished.output.contains("  3. waystation check "), "\(finished.output)")
        }

        @Test("For a package, files go below DESTDIR and name the paths without it")
        func staged() async throws {
            let site = try CommandSite()
            let finished = try await install(
                site,
                changes: ["DESTDIR": site.folder.path + "/stage", "PREFIX": "/usr", "SYSCONFDIR": "/etc"]
            )
            #expect(finished.exit == .code(0), "\(finished.errors)")
            let unit = site.folder.path + "/stage/etc/systemd/system/waystation.service"
            let text = try String(contentsOfFile: unit, encoding: .utf8)
            #expect(text.contains("ExecStart=/usr/bin/waystation run --config /etc/waystation/queues.yaml"))
            #expect(!finished.output.contains("What to do next"))
        }

        @Test("A relative path is refused before anything is written")
        func relative() async throws {
            let site = try CommandSite()
            let finished = try await install(site, changes: ["PREFIX": "here"])
            #expect(finished.exit == .code(64))
            #expect(finished.errors.contains("PREFIX is 'here': give an absolute path"))
        }
    }
}
