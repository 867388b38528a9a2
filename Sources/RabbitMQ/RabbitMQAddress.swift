package import Broker

/// Where a RabbitMQ broker is, who we are to it, and how its connection is secured.
package struct RabbitMQAddress: Sendable, CustomStringConvertible {
    package var host: String
    package var port: UInt16
    package var virtualHost: String
    package var user: String
    package var password: PasswordSource
    /// Present for `amqps`.
    package var tls: TLSOptions?
    /// Silence of twice this long ends a connection.
    package var heartbeatSeconds: UInt16 = 10
    /// For connecting, login and every later call that waits for an answer, each.
    package var connectTimeoutSeconds: Double = 10

    /// Reads `amqp://user:password@host:port/virtual%2Fhost` or `amqps://…`.
    ///
    /// The password file is read at each connect; with it, the URL must not hold a password. `tls` counts for `amqps`
    /// only.
    package init(url: String, passwordFile: String? = nil, tls: TLSOptions = TLSOptions()) throws(BrokerError)
    {
        var parser = AddressParser(url: url)
        let parts = try parser.parse()
        host = parts.host
        port = parts.port
        virtualHost = parts.virtualHost
        user = parts.user ?? "guest"
        self.tls = parts.isSecure ? tls : nil
        switch (parts.password, passwordFile) {
        case (.some, .some):
            throw AddressParser.error("a password stands in the broker URL and a password file is named too")
        case (nil, let file?): password = .file(path: file)
        case (let text?, nil): password = .text(text)
        case (nil, nil): password = .text(parts.user == nil ? "guest" : "")
        }
    }

    /// The address without user and password, as operators read it.
    package var description: String {
        let name = virtualHost == "/" ? "" : PercentEncoding.encode(virtualHost)
        let place = host.contains(":") ? "[\(host)]" : host
        return "\(tls == nil ? "amqp" : "amqps")://\(place):\(port)/\(name)"
    }
}

/// How to prove who the broker is, and who we are.
package struct TLSOptions: Sendable {
    /// PEM file with the authorities to trust; without it, those of the system.
    package var caFile: String?
    /// PEM file with revocation lists of the authorities; a certificate on them is refused, as is one whose authority
    /// has no valid list in it.
    package var revocationFile: String?
    /// PEM file with our certificate and its chain.
    package var certificateFile: String?
    /// PEM file with our private key.
    package var keyFile: String?
    /// For an encrypted private key.
    package var keyPassword: PasswordSource?
    /// The name that the broker's certificate must carry, when it is not the host of the address.
    package var serverName: String?
    /// Accepts any certificate: the connection is encrypted, but to whom is not known.
    package var insecure: Bool

    package init(
        caFile: String? = nil,
        revocationFile: String? = nil,
        certificateFile: String? = nil,
        keyFile: String? = nil,
        keyPassword: PasswordSource? = nil,
        serverName: String? = nil,
        insecure: Bool = false
    ) {
        self.caFile = caFile
        self.revocationFile = revocationFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.keyPassword = keyPassword
        self.serverName = serverName
        self.insecure = insecure
    }
}
