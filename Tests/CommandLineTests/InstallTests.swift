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

        @Test(
            "The unit starts the worker alone, keeps the store where the commands look for it, and is what systemd takes"
        )
        func unit() async throws {
            let site = try CommandSite()
            let finished = try await install(site)
            #expect(finished.exit == .code(0), "\(finished.errors)")
            let unit = site.folder.path + "/etc/systemd/system/waystation.service"
            let settings = try String(contentsOfFile: unit, encoding: .utf8).split(separator: "\n")
            func values(_ name: String) -> [String] {
                settings.filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
            }
            // An exit of another command than the main one would be tried again, whatever its status.
            #expect(settings.allSatisfy { !$0.hasPrefix("ExecStartPre") && !$0.hasPrefix("ExecCondition") })
            #expect(values("RestartPreventExitStatus") == ["78"])
            let data = "/var/lib/\(values("StateDirectory").joined())"
            #expect(values("Environment") == ["WAYSTATION_DATA=\(data)"])
            #expect(values("WorkingDirectory") == [data])
            let config = try String(
                contentsOfFile: site.folder.path + "/etc/waystation/queues.yaml",
                encoding: .utf8
            )
            #expect(config.contains("store: sqlite:${WAYSTATION_DATA:-\(data)}/waystation.db"))

            let verifier = "/usr/bin/systemd-analyze"
            guard FileManager.default.isExecutableFile(atPath: verifier) else { return }
            let verified = try await ChildProcess(
                URL(fileURLWithPath: verifier),
                ["verify", "--man=no", unit]
            ).finished()
            // Other units of the machine are none of ours.
            let complaints = verified.errors.split(separator: "\n").filter { $0.contains("waystation") }
            #expect(complaints.isEmpty, "\(verified.errors)")
        }

        @Test(
            "A wrong configuration ends the worker itself with the status after which it is not started again"
        )
        func wrongConfiguration() async throws {
            let site = try CommandSite()
            try site.configure(replacing: [("prefetch: 256 ", "prefech: 256 ")])
            let finished = try await site.run("run")
            #expect(finished.exit == .code(78))
            #expect(finished.errors.contains("did you mean 'prefetch'?"), "\(finished.errors)")
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
