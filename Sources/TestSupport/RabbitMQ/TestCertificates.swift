import Foundation

/// Certificates made for one test run: an authority, a server on loopback, a client, a stranger, an expired
/// server, a server on another host, and a server whose certificate `authority.crl` lists as revoked.
package final class TestCertificates: Sendable {
    private let folder: URL
    private let keeper: Keeper
    /// Opens `client-locked.key`.
    package static let keyPassword = "open sesame"

    package init() throws {
        folder = try TemporaryFolder.make("certificates")
        keeper = try Keeper(folder: folder)
        try makeAuthority("authority")
        try makeAuthority("stranger")
        try makeCertificate("server", names: "DNS:localhost,IP:127.0.0.1")
        try makeCertificate("client", names: "DNS:waystation")
        try makeCertificate("elsewhere", names: "DNS:elsewhere.example")
        // Valid on one day of the year 2020.
        try makeCertificate(
            "expired",
            names: "DNS:localhost",
            validity: ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"]
        )
        try makeCertificate("revoked", names: "DNS:localhost", serial: "02")
        let authority = ["-config", "revoked.cnf", "-cert", "authority.pem", "-keyfile", "authority.key"]
        try openssl(["ca", "-revoke", "revoked.pem"] + authority)
        try openssl(["ca", "-gencrl", "-crldays", "2", "-out", "authority.crl"] + authority)
        try openssl(
            "pkey",
            "-in",
            "client.key",
            "-aes256",
            "-passout",
            "pass:\(Self.keyPassword)",
            "-out",
            "client-locked.key"
        )
    }

    /// The full path of one of the files.
    package func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// A port where `openssl s_server` shows that certificate, until the result is killed or let go of.
    package func serve(_ name: String, _ arguments: String...) throws -> (port: UInt16, server: ChildProcess)
    {
        let port = try FreePorts.take(1)[0]
        let server = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-quiet"]
                + ["-cert", path("\(name).pem"), "-key", path("\(name).key")] + arguments
        )
        guard Patience.wait(seconds: 20, until: { FreePorts.isListening(port) }) else {
            throw TestFailure("openssl s_server did not start: \(server.errors)")
        }
        return (port, server)
    }

    private func makeAuthority(_ name: String) throws {
        try openssl(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=waystation test \(name)",
            "-addext",
            "basicConstraints=critical,CA:TRUE",
            "-keyout",
            "\(name).key",
            "-out",
            "\(name).pem"
        )
    }

    private func makeCertificate(
        _ name: String,
        names: String,
        serial: String = "01",
        validity: [String] = ["-days", "2"]
    ) throws {
        let configuration = """
            [ca]
            default_ca = authority
            [authority]
            new_certs_dir = .
            database = index-\(name)
            serial = serial-\(name)
            default_md = sha256
            policy = any
            x509_extensions = extensions
            [any]
            commonName = supplied
            [extensions]
            subjectAltName = \(names)

            """
        for (file, content) in [
            "\(name).cnf": configuration, "index-\(name)": "", "serial-\(name)": "\(serial)\n",
        ] {
            try content.write(to: folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
        }
        try openssl(
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=\(name)",
            "-keyout",
            "\(name).key",
            "-out",
            "\(name).csr"
        )
        try openssl(
            [
                "ca", "-batch", "-notext", "-config", "\(name).cnf", "-cert", "authority.pem", "-keyfile",
                "authority.key",
            ]
                + ["-in", "\(name).csr", "-out", "\(name).pem"] + validity
        )
    }

    private func openssl(_ arguments: String...) throws { try openssl(arguments) }

    private func openssl(_ arguments: [String]) throws {
        try Command.run(URL(fileURLWithPath: "/usr/bin/env"), ["openssl"] + arguments, folder: folder)
    }
}
