import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// In processes whose OpenSSL would accept anything, so that nothing but our own minimum refuses.
    @Suite("Old TLS") struct OldTLSTests {
        private static let lax = """
            openssl_conf = initialization
            [initialization]
            ssl_conf = ssl
            [ssl]
            system_default = anything
            [anything]
            MinProtocol = TLSv1
            CipherString = ALL:@SECLEVEL=0

            """

        @Test("TLS below 1.2 is refused, even where the system's OpenSSL would take it")
        func oldVersion() async throws {
            let certificates = try TestCertificates()
            let (port, server) = try certificates.serve("server", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
            defer { server.signal(SIGKILL) }
            let folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("waystation-lax-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            // Only a temporary folder: what cannot be removed is the machine's to clean.
            defer { try? FileManager.default.removeItem(at: folder) }
            let lax = folder.appendingPathComponent("openssl.cnf")
            try Self.lax.write(to: lax, atomically: true, encoding: .utf8)
            let environment = ["OPENSSL_CONF": lax.path]

            let client = try ChildProcess(
                URL(fileURLWithPath: "/usr/bin/env"),
                ["openssl", "s_client", "-connect", "127.0.0.1:\(port)"],
                environment: environment
            )
            let other = try await client.finished()
            #expect(other.output.contains("TLSv1.1"), "another client would take it: \(other.errors)")

            let configuration = try String(
                contentsOf: BuiltProducts.packageFolder.appendingPathComponent("queues.yaml"),
                encoding: .utf8
            )
            let file = folder.appendingPathComponent("queues.yaml")
            let examples = BuiltProducts.packageFolder.appendingPathComponent("Examples").path
            try configuration.replacingOccurrences(of: "catalog: Examples", with: "catalog: \(examples)")
                .replacingOccurrences(
                    of: "  heartbeatSeconds: 10\n",
                    with:
                        "  heartbeatSeconds: 10\n  tls: {authorityFile: \(certificates.path("authority.pem"))}\n"
                )
                .write(to: file, atomically: true, encoding: .utf8)
            let refused = try await ChildProcess(
                try BuiltProducts.waystation(),
                ["topology", "plan", "--config", file.path],
                environment: environment.merging(
                    ["WAYSTATION_BROKER": "amqps://guest:guest@localhost:\(port)"]
                ) { $1 }
            ).finished()
            #expect(refused.exit == .code(69), "\(refused.errors)")
            #expect(refused.errors.contains("protocol version"), "\(refused.errors)")
        }
    }
}
