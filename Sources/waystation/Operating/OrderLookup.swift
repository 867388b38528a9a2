import Orders
import Store

/// Finds the order that a command line names.
struct OrderLookup {
    var key: String
    var role: RoleName?

    /// The orders with exactly that key; else the one that `ROLE/KEY` names.
    ///
    /// - Throws: ``CommandFailure`` that names the nearest keys, when there is none.
    func find(in reader: any StoreReader) throws -> [OrderRecord] {
        let exact = try reader.orders(key: OrderKey(rawValue: key)).filter {
            role == nil || $0.id.role == role
        }
        if !exact.isEmpty { return exact }
        let qualified = try qualified(in: reader)
        if qualified.isEmpty { throw try notFound(in: reader) }
        return qualified
    }

    /// The one order that is meant.
    func findOne(in reader: any StoreReader) throws -> OrderRecord {
        let found = try find(in: reader)
        guard let first = found.first, found.count == 1 else {
            let roles = found.map(\.id.role.rawValue).joined(separator: ", ")
            throw CommandFailure(
                .usage,
                "the roles \(roles) have an order of this key; choose one with --role"
            )
        }
        return first
    }

    private func qualified(in reader: any StoreReader) throws -> [OrderRecord] {
        guard let slash = key.firstIndex(of: "/") else { return [] }
        let prefix = RoleName(rawValue: String(key[..<slash]))
        guard role == nil || role == prefix else { return [] }
        return try reader.orders(key: OrderKey(rawValue: String(key[key.index(after: slash)...])))
            .filter { $0.id.role == prefix }
    }

    private func notFound(in reader: any StoreReader) throws -> CommandFailure {
        var lines = [
            "there is no order with the key \(key.printable)" + (role.map { " in role \($0)" } ?? "")
        ]
        let deleted = try reader.deletedOrders(key: OrderKey(rawValue: key), role: role, limit: 10)
        if !deleted.isEmpty {
            lines += deleted.map(\.sentence)
            return CommandFailure(.failed, lines.joined(separator: "\n"))
        }
        let nearest = try NearestKeys.find(key, in: reader)
        if nearest.isEmpty {
            lines.append("`waystation orders` lists those there are")
        } else {
            lines.append("did you mean:")
            lines += nearest.map {
                "  waystation order \($0.key.rawValue.printable.shellWord) --role \($0.role.rawValue.shellWord)"
            }
        }
        return CommandFailure(.failed, lines.joined(separator: "\n"))
    }
}
