internal import Broker
internal import Orders
internal import Store

extension StoreConformance {
    static let failedChecks = [
        StoreCheck("A failed message comes back as it was, and is found by role, queue and id") { subject in
            let store = try subject.open()
            let messages = [1, 2, 3].map { StoreSamples.failed(id: $0) }
            try store.commit(.with { $0.failed = messages })
            for message in messages {
                try expectEqual(try store.failedMessage(message.record.id), message, "a failed message")
            }
            try expect(try store.failedMessage(4) == nil, "a failed message that never was")
            func found(_ role: RoleName, _ queue: String, _ id: MessageID) throws -> [Int64] {
                try store.failedRecords(role: role, queue: queue, messageID: id, limit: 10).map(\.id)
            }
            try expectEqual(try found("COM", "com.order.in", "MESSAGE-2"), [2], "by queue and id")
            try expectEqual(try found("COM", "", ""), [3, 2, 1], "of a role")
            try expectEqual(try found("COM", "com.update.in", "MESSAGE-2"), [], "of another queue")
            try expectEqual(try found("SOM", "com.order.in", "MESSAGE-2"), [], "of another role")
            try expectEqual(try store.highWater().failedID, 3, "the largest id")
        },
        StoreCheck("How a failed message stands is changed, its content stays") { subject in
            let store = try subject.open()
            let before = StoreSamples.failed(id: 1)
            let after = StoreSamples.failed(id: 1, state: .resubmitted)
            try store.commit(
                .with {
                    $0.failed = [before, StoreSamples.failed(id: 2)]
                    $0.failedChanges = [FailedChange(id: 1, status: after.record.status)]
                }
            )
            try expectEqual(try store.failedMessage(1), after, "the changed one")
            try expectEqual(try store.failedMessage(2), StoreSamples.failed(id: 2), "the other one")
            try store.commit(.with { $0.failedChanges = [FailedChange(id: 1, status: before.record.status)] })
            try expectEqual(try store.failedMessage(1), before, "the one changed back")
        },
        StoreCheck("Failed messages go when they are old or too many; what is on its way again stays") {
            subject in
            let store = try subject.open()
            let start = StoreSamples.start
            let states: [FailedState] = [.failed, .resubmitted, .failed, .accepted, .failed, .discarded]
            try store.commit(
                .with {
                    $0.failed = states.enumerated().map { index, state in
                        StoreSamples.failed(
                            id: Int64(index + 1),
                            bytes: 100,
                            state: state,
                            failedAt: start.advanced(bySeconds: Int64(index))
                        )
                    }
                }
            )
            func left() throws -> [Int64] {
                try store.failedRecords(role: "COM", queue: "", messageID: "", limit: 10).map(\.id).reversed()
            }
            let second = start.advanced(bySeconds: 2)
            try expectEqual(try store.removeFailed(before: start, bytesMax: 600, limit: 9), 0, "too early")
            try expectEqual(try store.removeFailed(before: second, bytesMax: 600, limit: 9), 1, "old ones")
            try expectEqual(try left(), [2, 3, 4, 5, 6], "what is left of the old ones")
            try expectEqual(try store.removeFailed(before: start, bytesMax: 300, limit: 9), 2, "too many")
            try expectEqual(try left(), [2, 3, 5], "decided ones go first")
            try expectEqual(try store.removeFailed(before: start, bytesMax: 0, limit: 1), 1, "one step")
            try expectEqual(try store.removeFailed(before: start, bytesMax: 0, limit: 9), 1, "the rest")
            try expectEqual(try left(), [2], "what is on its way")
        },
        StoreCheck("Operators see failed messages, and how many wait for a decision", needs: .readers) {
            subject in
            let store = try subject.open()
            try store.commit(
                .with {
                    $0.failed = [
                        StoreSamples.failed(id: 1), StoreSamples.failed(id: 2, state: .discarded),
                        StoreSamples.failed(id: 3),
                    ]
                }
            )
            let reader = try subject.openReader()
            try expectEqual(try reader.statistics().failed, 2, "those that wait")
            try expectEqual(try reader.failedRecords(after: 1, limit: 1).map(\.id), [2], "a page")
            try expectEqual(try reader.failedMessage(3), StoreSamples.failed(id: 3), "one of them")
            try expectEqual(try reader.consistencyProblems(limit: 9), [], "problems")
        },
    ]
}
