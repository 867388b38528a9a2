import Broker

/// Takes a broker URL apart; its errors never repeat the URL, as it may hold a password.
struct AddressParser {
    struct Parts {
        var isSecure: Bool
        var user: String?
        var password: String?
        var host: String
        var port: UInt16
        var virtualHost: String
    }

    private static let urlBytesMax = 2048
    /// The protocol's own limit for short strings.
    private static let nameBytesMax = 255
    private var rest: Substring

    init(url: String) { rest = Substring(url) }

    mutating func parse() throws(BrokerError) -> Parts {
        guard rest.utf8.count <= Self.urlBytesMax else {
            throw Self.error("the broker URL is longer than \(Self.urlBytesMax) bytes")
        }
        let isSecure = try takeScheme()
        let pathStart = rest.firstIndex(of: "/")
        let authority = rest[..<(pathStart ?? rest.endIndex)]
        let path = pathStart.map { rest[$0...].dropFirst() }
        let at = authority.lastIndex(of: "@")
        let credentials = at.map { authority[..<$0] }
        let (user, password) = try Self.credentials(credentials)
        let place = at.map { authority[$0...].dropFirst() } ?? authority
        let (host, port) = try Self.hostAndPort(place, standardPort: isSecure ? 5671 : 5672)
        return Parts(
            isSecure: isSecure,
            user: user,
            password: password,
            host: host,
            port: port,
            virtualHost: try Self.virtualHost(path)
        )
    }

    private mutating func takeScheme() throws(BrokerError) -> Bool {
        guard let separator = rest.firstRange(of: "://") else {
            throw Self.error("the broker URL has no scheme")
        }
        let scheme = rest[..<separator.lowerBound].lowercased()
        guard scheme == "amqp" || scheme == "amqps" else {
            throw Self.error("the scheme of the broker URL is neither amqp nor amqps")
        }
        rest = rest[separator.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw Self.error("the broker URL has a query or fragment (options have keys of their own)")
        }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw Self.error("the broker URL holds blanks or control characters")
        }
        return scheme == "amqps"
    }

    private static func credentials(_ text: Substring?) throws(BrokerError) -> (String?, String?) {
        guard let text, !text.isEmpty else { return (nil, nil) }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let user = try decode(parts[0], what: "user")
        guard !user.isEmpty else { throw error("the broker URL has an empty user name") }
        return (user, parts.count == 2 ? try decode(parts[1], what: "password") : nil)
    }

    private static func hostAndPort(
        _ place: Substring,
        standardPort: UInt16
    ) throws(BrokerError) -> (String, UInt16) {
        var host = place
        var portText: Substring?
        if place.first == "[" {
            guard let end = place.firstIndex(of: "]") else {
                throw error("the IPv6 address in the broker URL has no closing bracket")
            }
            host = place[place.index(after: place.startIndex)..<end]
            let after = place[end...].dropFirst()
            guard after.isEmpty || after.first == ":" else {
                throw error("the broker URL has text after the host")
            }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = place.lastIndex(of: ":") {
            host = place[..<colon]
            portText = place[colon...].dropFirst()
            guard !host.contains(":") else {
                throw error("the broker URL has more than one colon after the host (IPv6 goes in brackets)")
            }
        }
        let name = try decode(host, what: "host")
        guard !name.isEmpty else { throw error("the broker URL has no host") }
        guard let portText else { return (name, standardPort) }
        guard let port = UInt16(portText), port > 0, portText.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else {
            throw error("the port in the broker URL is not a number from 1 to 65535")
        }
        return (name, port)
    }

    private static func virtualHost(_ path: Substring?) throws(BrokerError) -> String {
        // Nobody means the virtual host with the empty name by a trailing slash.
        guard let path, !path.isEmpty else { return "/" }
        guard !path.contains("/") else {
            throw error("the virtual host in the broker URL has a bare slash (write it as %2F)")
        }
        return try decode(path, what: "virtual host")
    }

    private static func decode(_ text: Substring, what: String) throws(BrokerError) -> String {
        guard let decoded = PercentEncoding.decode(text) else {
            throw error("the \(what) in the broker URL is not properly percent-encoded UTF-8")
        }
        // What goes to C as a string must not end early.
        guard !decoded.utf8.contains(0) else { throw error("the \(what) in the broker URL holds a NUL") }
        guard decoded.utf8.count <= nameBytesMax else {
            throw error("the \(what) in the broker URL is longer than \(nameBytesMax) bytes")
        }
        return decoded
    }

    static func error(_ message: String) -> BrokerError {
        BrokerError(
            .configuration,
            message.prefix(1).uppercased() + message.dropFirst(),
            remedy: "Write it as amqp://user@host:5672/virtual-host or amqps://user@host:5671/virtual-host, "
                + "with reserved characters as %XX, and the password in a file",
            isRetryable: false
        )
    }
}

/// Percent-encoding of RFC 3986.
enum PercentEncoding {
    /// The text with its `%XX` replaced, or nil when they are malformed or not UTF-8.
    static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(hexadecimal),
                let low = iterator.next().flatMap(hexadecimal)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The text with everything but unreserved characters as `%XX`.
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
