import Catalog
import Fulfillment
import Orders
import Station
import Store

// A dry run of a revision: of an order as the store has it, which is only read.
extension PlanCommand {
    func showRevision(
        of key: String,
        _ file: OrderFile,
        _ runtime: RoleRuntime,
        _ input: OrderInput,
        _ loaded: LoadedStation
    ) throws {
        let named = [file.key.rawValue, "\(runtime.role)/\(file.key)"]
        guard named.contains(key) else {
            throw CommandFailure(
                .badInput,
                "\(input.name): it is about order \(file.key.rawValue.printable), not \(key.printable)"
            )
        }
        let reader = try loaded.configuration.openReader()
        guard let stored = try reader.history(OrderID(role: runtime.role, key: file.key)) else {
            throw CommandFailure(
                .failed,
                "there is no order \(file.key.rawValue.printable) of role \(runtime.role) to revise; "
                    + "`waystation orders` lists those there are"
            )
        }
        let (draft, context) = try draft(of: file, runtime, input)
        let state = try OrderView.of(stored).state.without(waiting: draft)
        let catalog = try catalog(of: state, runtime, reader)
        let decider = OrderDecider(
            role: runtime.role,
            catalog: catalog.withoutGrace,
            linesMax: runtime.limits.linesPerOrder
        )
        let decision = decider.decide(.submit(draft, context), state: state, now: moment)
        let view = RevisionView(before: state, events: decision.events, catalog: catalog)
        if json { Console.write(view.json) } else { Console.write(view.text) }
        if !view.isAcceptable { throw CommandFailure(.badInput, view.verdict) }
    }

    /// The one that the order runs on.
    private func catalog(
        of state: OrderState,
        _ runtime: RoleRuntime,
        _ reader: any StoreReader
    ) throws -> FulfillmentCatalog {
        let current = runtime.catalog.fulfillment
        guard state.catalogVersion != current.version,
            let text = try reader.catalog(role: runtime.role, version: state.catalogVersion)
        else { return current }
        return try CatalogReader.read(bytes: text, name: "catalog \(state.catalogVersion)").fulfillment
    }
}

extension OrderState {
    /// A revision that waits already is planned as if it came now.
    fileprivate func without(waiting draft: OrderDraft) -> OrderState {
        guard var change = change?.value, change.queued?.draft.revision == draft.revision else { return self }
        change.queued = nil
        var state = self
        state.change = Rare(change)
        return state
    }
}

extension FulfillmentCatalog {
    /// A plan does not depend on how long accepted work is waited for.
    fileprivate var withoutGrace: FulfillmentCatalog {
        var catalog = self
        catalog.changes.amendGrace = .none
        catalog.changes.cancelGrace = .none
        return catalog
    }
}
