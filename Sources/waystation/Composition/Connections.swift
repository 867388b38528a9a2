import Broker
import Catalog
import EmbeddedBroker
import Foundation
import Orders
import RabbitMQ
import SQLiteStore
import Store

extension BrokerConfiguration {
    private static let embeddedPrefix = "embedded:"

    /// The broker that the address names.
    func open() throws(BrokerError) -> any Broker {
        guard let address = try rabbitMQAddress() else {
            let folder = String(address.dropFirst(Self.embeddedPrefix.count))
            return EmbeddedBroker(folder: folder) { SystemClock().now().unixSeconds }
        }
        return try RabbitMQBroker(address: address, jitterSeed: UInt64.random(in: .min ... .max))
    }

    /// The address taken apart; `nil` when it names an embedded broker.
    fileprivate func rabbitMQAddress() throws(BrokerError) -> RabbitMQAddress? {
        if address.hasPrefix(Self.embeddedPrefix) { return nil }
        var options = TLSOptions()
        if let tls {
            options = TLSOptions(
                caFile: tls.authorityFile,
                revocationFile: tls.revocationFile,
                certificateFile: tls.certificateFile,
                keyFile: tls.keyFile,
                keyPassword: tls.keyPasswordFile.map { .file(path: $0) },
                serverName: tls.serverName,
                insecure: tls.insecure
            )
        }
        var parsed = try RabbitMQAddress(url: address, passwordFile: passwordFile, tls: options)
        parsed.heartbeatSeconds = UInt16(clamping: heartbeatSeconds)
        parsed.connectTimeoutSeconds = Double(connectTimeoutSeconds)
        return parsed
    }
}

extension StationCheck {
    /// As ``run(path:environment:roles:addressFailure:)``, the broker's address included.
    static func whole(
        path: String,
        environment: [String: String],
        roles: Set<RoleName> = []
    ) -> StationCheck {
        run(path: path, environment: environment, roles: roles) { broker in
            do throws(BrokerError) {
                _ = try broker.rabbitMQAddress()
                return nil
            } catch {
                return error
            }
        }
    }
}

/// A store's address, `sqlite:FILE`.
struct StoreAddress {
    private let path: String

    init(_ address: String) throws {
        let prefix = "sqlite:"
        guard address.hasPrefix(prefix), address.count > prefix.count else {
            throw CommandFailure(
                .badConfiguration,
                "store address '\(address)' is not known; write sqlite:FILE"
            )
        }
        path = String(address.dropFirst(prefix.count))
    }

    /// Opens the store to write to it.
    func open(roles: [RoleName]) throws -> SQLiteStore {
        // Orders are customer data: what is made here is for this user alone.
        umask(0o077)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try NewFolder.make(folder, remedy: "Check the store's address and the folder's permissions")
        return try SQLiteStore.open(
            path: path,
            options: SQLiteStoreOptions(roles: roles),
            clock: SystemClock()
        )
    }

    /// Opens the store to read from it, beside a running worker or without one.
    func openReader() throws -> any StoreReader {
        try SQLiteReader.open(path: path)
    }
}

/// A folder of the program's own.
enum NewFolder {
    static func make(_ folder: String, remedy: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                .unavailable,
                "STORE_UNREACHABLE: the folder \(folder) cannot be made. \(remedy)"
            )
        }
    }
}
