internal import GRDB
package import Store
internal import Synchronization

extension SQLiteStore {
    package func commit(_ group: HopGroup) throws(StoreError) {
        guard !group.isEmpty else { return }
        let writer = try write(group)
        totals = writer.totals
        inboxIndex.withLock { index in
            if writer.wroteInboxKeys { index.forgetRecent() }
            index.add(group.inbox)
        }
        if inboxIndex.withLock({ $0.needsFilter }) { try renewFilter() }
    }

    private func renewFilter() throws(StoreError) {
        try reading("reading the inbox") { database in
            try inboxIndex.withLock { try $0.renewFilter(from: database, recordCount: totals.inboxCount) }
        }
    }

    /// A function of its own, so that the index has no second owner when it is changed: it would be copied.
    private func write(_ group: HopGroup) throws(StoreError) -> GroupWriter {
        var writer = GroupWriter(totals: totals)
        let index = inboxIndex.withLock { $0 }
        try writing("commit") { database in try writer.write(group, index: index, to: database) }
        return writer
    }
}
