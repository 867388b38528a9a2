package import Fulfillment
package import Orders
package import Store

extension StoredOrder {
    /// The order as snapshot and journal have it: what both say, folded.
    ///
    /// - Throws: ``JournalError`` when they cannot be read.
    package func state(of id: OrderID) throws(JournalError) -> OrderState? {
        try JournalCodec.fold(journal.map { ($0.at, $0.events) }, onto: snapshot?.state, id: id)
    }
}
