internal import Orders
internal import Store

extension StoreConformance {
    static let inboxChecks = [
        StoreCheck("A message that took effect is known by role and id") { subject in
            let store = try subject.open()
            let com = StoreSamples.inbox(1, role: "COM", key: "ORDER-1")
            var som = StoreSamples.inbox(1, role: "SOM")
            som.bodyDigest = .min
            try store.commit(.with { $0.inbox = [com] })
            try expect(
                try store.inboxRecord(role: "SOM", messageID: com.messageID) == nil,
                "another role's message is known"
            )
            try store.commit(.with { $0.inbox = [som] })
            try expectEqual(
                try store.inboxRecord(role: "COM", messageID: com.messageID),
                com,
                "the record of COM"
            )
            try expectEqual(
                try store.inboxRecord(role: "SOM", messageID: com.messageID),
                som,
                "the record of SOM"
            )
            try expect(
                try store.inboxRecord(role: "COM", messageID: "urn:message:2") == nil,
                "an unknown message"
            )
        },
        StoreCheck("Message ids are compared byte by byte") { subject in
            let store = try subject.open()
            let ids = ["é", "e\u{301}", "", " ", "a", "A", "a\u{0}", "a\u{0}b"].map { MessageID($0) }
            try store.commit(
                .with { group in
                    for id in ids {
                        var record = StoreSamples.inbox(1)
                        record.messageID = id
                        record.bodyDigest = Int64(id.rawValue.utf8.reduce(7) { $0 * 31 + Int($1) })
                        group.inbox.append(record)
                    }
                }
            )
            for id in ids {
                let found = try store.inboxRecord(role: "COM", messageID: id)
                try expectEqual(
                    found?.bodyDigest,
                    Int64(id.rawValue.utf8.reduce(7) { $0 * 31 + Int($1) }),
                    "the record of “\(id)”"
                )
            }
        },
        StoreCheck("A message that is already known is refused, in one group and in two") { subject in
            let store = try subject.open()
            try store.commit(.with { $0.inbox = [StoreSamples.inbox(1)] })
            try expectRefusal(.contract, "a known message") { () throws(StoreError) in
                try store.commit(.with { $0.inbox = [StoreSamples.inbox(2), StoreSamples.inbox(1)] })
            }
            try expectRefusal(.contract, "one message twice") { () throws(StoreError) in
                try store.commit(.with { $0.inbox = [StoreSamples.inbox(3), StoreSamples.inbox(3)] })
            }
            for number in 2...3 {
                try expect(
                    try store.inboxRecord(role: "COM", messageID: StoreSamples.inbox(number).messageID)
                        == nil,
                    "message \(number) of a refused group is known"
                )
            }
            try store.commit(.with { $0.inbox = [StoreSamples.inbox(2), StoreSamples.inbox(3)] })
        },
        StoreCheck("Each of twenty thousand messages is known, and none besides") { subject in
            let store = try subject.open()
            for start in stride(from: 0, to: 20_000, by: 500) {
                try store.commit(.with { $0.inbox = (start..<start + 500).map { StoreSamples.inbox($0) } })
            }
            for number in 0..<20_000 {
                let record = StoreSamples.inbox(number)
                let found = try store.inboxRecord(role: "COM", messageID: record.messageID)
                try expect(found == record, "message \(number) is not known as it was")
            }
            try expect(
                try store.inboxRecord(role: "COM", messageID: "urn:message:20000") == nil,
                "one more is known"
            )
            try expectRefusal(.contract, "an old message") { () throws(StoreError) in
                try store.commit(.with { $0.inbox = [StoreSamples.inbox(17)] })
            }
        },
        StoreCheck("Messages are known after reopening, old ones and new ones", needs: .reopening) {
            subject in
            var store = try subject.open()
            for start in stride(from: 0, to: 9000, by: 1000) {
                try store.commit(.with { $0.inbox = (start..<start + 1000).map { StoreSamples.inbox($0) } })
                guard start % 3000 == 0 else { continue }
                try store.close()
                store = try subject.open()
            }
            for number in 0..<9000 {
                let record = StoreSamples.inbox(number)
                let found = try store.inboxRecord(role: "COM", messageID: record.messageID)
                try expect(found == record, "message \(number) is not known as it was")
            }
        },
    ]
}
