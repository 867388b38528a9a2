import Foundation
import TestSupport
import Testing

extension Commands {
    @Suite("check")
    struct Check {
        @Test("The shipped configuration is in order, and its roles are told")
        func shipped() async throws {
            let site = try CommandSite()
            let text = try await site.run("check")
            #expect(text.exit == .code(0), "\(text.errors)")
            #expect(text.output.hasPrefix("Everything is in order."))
            #expect(text.output.contains("role SOM: catalog broadband-som"))
            let json = try await site.run("check", "--json").json()
            #expect(json["valid"].boolean == true)
            #expect(json["diagnostics"].elements.isEmpty)
            #expect(json["station"]["roles"].elements.map { $0["role"].text } == ["COM", "SOM"])
            #expect(
                json["station"]["roles"][0]["accepts"].texts == [
                    "ProcessSalesOrderFulfillmentEBM", "CentralOrder",
                ]
            )
        }

        @Test("Everything wrong is told at once with its place, and the exit code is 78")
        func wrong() async throws {
            let site = try CommandSite()
            try site.configure(replacing: [
                ("prefetch: 256 ", "prefech: 256 "),
                ("orders: [AIA_CRTFO_IN_JMSQ]", "orders: [AIA_CRTFO_INN_JMSQ]"),
            ])
            let text = try await site.run("check")
            #expect(text.exit == .code(78))
            #expect(text.output.isEmpty)
            let told = text.errors.split(separator: "\n")
            let place = try Regex("^\(NSRegularExpression.escapedPattern(for: site.config)):[0-9]+:[0-9]+: ")
            #expect(told.count(where: { $0.contains(place) }) == 2, "\(text.errors)")
            #expect(text.errors.contains("did you mean 'prefetch'?"))
            #expect(text.errors.contains("did you mean 'AIA_CRTFO_IN_JMSQ'?"))
            #expect(text.errors.hasSuffix("2 errors, 0 warnings\n"), "\(text.errors)")
            let json = try await site.run("check", "--json")
            #expect(json.exit == .code(78))
            let document = try json.json()
            #expect(document["valid"].boolean == false)
            #expect(document["errors"].number == 2)
            #expect(document["station"].isNull)
            let keys: Set = ["severity", "file", "line", "column", "message", "suggestion"]
            #expect(document["diagnostics"].elements.allSatisfy { $0.keys == keys })
        }

        @Test("What is wrong inside of the broker's address is told with the rest, and where it stands")
        func address() async throws {
            let site = try CommandSite()
            try site.configure(replacing: [("prefetch: 256 ", "prefech: 256 ")])
            let variable = try await site.run(
                "check",
                environment: ["WAYSTATION_BROKER": "amqp://user:secret@host:99999/"]
            )
            #expect(variable.exit == .code(78))
            #expect(
                variable.errors.contains(
                    "environment variable WAYSTATION_BROKER: the port in the broker URL"
                ),
                "\(variable.errors)"
            )
            #expect(variable.errors.hasSuffix("2 errors, 0 warnings\n"), "\(variable.errors)")
            #expect(!variable.errors.contains("secret"))
            let inFile = try CommandSite()
            try inFile.configure(replacing: [
                (
                    "address: ${RABBITMQ_URL:-amqp://guest:guest@127.0.0.1:5672/}",
                    "address: amqp://u:secret@host:x/"
                )
            ])
            let file = try await inFile.run("check", "--json", environment: ["WAYSTATION_BROKER": ""])
            #expect(file.exit == .code(78))
            let found = try file.json()["diagnostics"].elements.filter {
                $0["message"].text?.contains("port in the broker URL") == true
            }
            #expect(found.map { $0["file"].text } == [inFile.config])
            #expect(found.allSatisfy { ($0["line"].number ?? 0) > 1 })
        }

        @Test("A password file that is not there is a warning: it may be elsewhere where the worker runs")
        func passwordFile() async throws {
            let site = try CommandSite()
            try site.configure(replacing: [
                ("  connectTimeoutSeconds: 10\n", "  connectTimeoutSeconds: 10\n  passwordFile: secret\n")
            ])
            let secret = URL(fileURLWithPath: site.config).deletingLastPathComponent().appending(
                path: "secret"
            )
            let missing = try await site.run("check")
            #expect(missing.exit == .code(0), "\(missing.errors)")
            #expect(
                missing.errors.contains("warning: the file \(secret.path) is not there"),
                "\(missing.errors)"
            )
            try Data("s3cret".utf8).write(to: secret)
            let there = try await site.run("check")
            #expect(!there.errors.contains("warning"), "\(there.errors)")
        }

        @Test("A warning is told and does not fail")
        func warning() async throws {
            let site = try CommandSite()
            try site.configure(replacing: [
                (
                    "  connectTimeoutSeconds: 10\n",
                    "  connectTimeoutSeconds: 10\n  tls: {serverName: rabbit.example.com}\n"
                )
            ])
            let finished = try await site.run("check")
            #expect(finished.exit == .code(0), "\(finished.errors)")
            #expect(finished.errors.contains("warning: 'tls' has no effect"))
        }

        @Test("A file that is not there is bad configuration, for every command")
        func missingFile() async throws {
            let site = try CommandSite()
            site.config = "/nonexistent/queues.yaml"
            for command in ["check", "orders", "stats", "verify"] {
                let finished = try await site.run(command)
                #expect(finished.exit == .code(78), "\(command)")
                #expect(
                    finished.errors.contains("/nonexistent/queues.yaml"),
                    "\(command): \(finished.errors)"
                )
            }
        }
    }
}
