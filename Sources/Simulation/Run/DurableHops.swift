internal import Broker
internal import Orders
internal import Station
internal import Store

/// What the disks hold for good, asked at the broker: nothing that cannot be taken back may go before its commit.
struct DurableHops: Sendable {
    private let disks: [SimulatedDisk]
    /// Which role reads a queue, and on which disk it keeps what it read.
    private let readers: [String: (role: RoleName, disk: SimulatedDisk)]

    init(_ nodes: [Node]) {
        disks = nodes.map(\.disk)
        var readers: [String: (role: RoleName, disk: SimulatedDisk)] = [:]
        for node in nodes {
            for role in node.roles {
                for queue in role.queues { readers[queue] = (role.role, node.disk) }
            }
        }
        self.readers = readers
    }

    var witness: BrokerWitness {
        BrokerWitness(
            acknowledged: { message, queue in
                guard let id = message.properties.messageID, !isKnown(message, id, of: queue) else {
                    return nil
                }
                return "message \(id) of \(queue) was acknowledged before any commit that knows it"
            },
            published: { publication, owner in
                let disk = disks[Node.number(ofOwner: owner)]
                guard !disk.look({ $0.durable.owes(publication.id) }) else { return nil }
                let id = publication.message.properties.messageID ?? ""
                return "message \(id) was published when no commit owed it"
            }
        )
    }

    /// Whether the inbox has a message under its own name or, refused, under that of its bytes.
    private func isKnown(_ message: Message, _ id: String, of queue: String) -> Bool {
        guard let (role, disk) = readers[queue] else { return true }
        let digest = BodyDigest.of(message.body)
        let refused = HopEngine.refusedID(messageID: id, digest: digest).rawValue
        return disk.look { state in
            let inbox = state.durable.inbox
            return inbox[ByteKey(role, id)]?.bodyDigest == digest || inbox[ByteKey(role, refused)] != nil
        }
    }
}
