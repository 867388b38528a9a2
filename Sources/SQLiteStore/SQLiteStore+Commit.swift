internal import GRDB
package import Store

extension SQLiteStore {
    package func commit(_ group: HopGroup) throws(StoreError) {
        guard !group.isEmpty else { return }
        var writer = GroupWriter(totals: totals)
        try writing("commit") { database in try writer.write(group, index: inboxIndex, to: database) }
        totals = writer.totals
        if writer.wroteInboxKeys { inboxIndex.forgetRecent() }
        inboxIndex.add(group.inbox)
    }
}
