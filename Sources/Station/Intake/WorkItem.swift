package import Orders
package import Store

/// Something for a decider to decide.
///
/// One reference, whatever it is: items stand in lines and are handed on.
package enum WorkItem: Sendable {
    case message(PreparedMessage)
    /// A timer of an order that has come due.
    indirect case timer(TimerRecord)
    /// A parked message whose time has run out.
    indirect case expiry(ParkedRecord)
    /// Trouble of the station itself, to be told as a fault of this role.
    indirect case trouble(Failure, role: Int)
}

/// Which decider an order belongs to: all that concerns one order goes through one of them, in order of arrival.
package struct Shares: Sendable {
    package let count: Int
    private let roles: [RoleName]

    package init(count: Int, roles: [RoleRuntime]) {
        self.count = max(1, count)
        self.roles = roles.map(\.role)
    }

    package func share(of item: WorkItem) -> Int {
        guard count > 1 else { return 0 }
        switch item {
        case .message(let message):
            // Without an order it may go anywhere, a repeated one to the same place.
            guard let key = message.orderKey else {
                if let id = message.operatedMessage {
                    return share(of: OrderID(role: roles[message.inbound.role], key: OrderKey(id)))
                }
                return Int(UInt64(bitPattern: message.digest) % UInt64(count))
            }
            return share(of: OrderID(role: roles[message.inbound.role], key: key))
        case .timer(let timer): return share(of: timer.order)
        case .expiry(let parked): return share(of: parked.order)
        case .trouble: return 0
        }
    }

    private func share(of id: OrderID) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in id.role.rawValue.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in id.key.rawValue.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // The last letters move few bits so far, and orders that come together are often numbered one after the other.
        hash = (hash ^ hash >> 32) &* 0xd6e8_feb8_6659_fd93
        return Int((hash ^ hash >> 32) % UInt64(count))
    }
}
