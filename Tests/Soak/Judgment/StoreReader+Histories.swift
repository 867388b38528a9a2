import Store

extension StoreReader {
    /// Every order with its whole journal, in order of row.
    func eachHistory(_ body: (StoredOrder) throws -> Void) throws {
        var last: Int64 = 0
        while case let page = try orders(afterRow: last, limit: 500), let end = page.last {
            for order in page {
                if let stored = try history(order.id) { try body(stored) }
            }
            last = end.row
        }
    }
}
