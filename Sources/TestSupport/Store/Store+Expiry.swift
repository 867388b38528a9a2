package import Orders
package import Store

extension Store {
    /// Removes what is old enough, each order by itself unless it follows another one; nothing is noted of them.
    package func removeExpired(
        inboxBefore: Timestamp,
        closedBefore: Timestamp,
        limit: Int
    ) throws(StoreError) -> RemovedCounts {
        try removeExpired(
            RetentionStep(
                now: closedBefore,
                inboxBefore: inboxBefore,
                closedBefore: closedBefore,
                keepsRelatedTogether: true,
                notedDays: nil,
                deletionsBefore: closedBefore,
                limit: limit
            )
        )
    }
}
