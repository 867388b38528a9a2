internal import Broker
internal import Orders

/// An order that its sender changes, and all revisions of it.
struct ChangingOrder {
    let key: OrderKey
    let billingStart: Timestamp
    /// What each revision wants, the first one first.
    var contents: [RevisableOrder.Content]
    /// The message of each revision.
    var messages: [Message]
    var planned: [PlannedChange]

    var current: RevisableOrder.Content { contents[contents.count - 1] }

    func isCancelled(by revision: Int) -> Bool {
        contents.indices.contains(revision - 1) && contents[revision - 1].parts.isEmpty
    }

    /// The last of these revisions that wants anything.
    func wanted(among revisions: [Int]) -> Int? {
        revisions.last { contents.indices.contains($0 - 1) && !contents[$0 - 1].parts.isEmpty }
    }
}

/// Something that is done about an order at some moment.
struct PlannedChange {
    enum What {
        case revise(ChangeKind)
        /// `nil` for the customer order as a whole.
        case operate(ChangeKind, FallenComponent?)
    }

    var due: Int64
    var what: What
}

/// A component that its system refused.
struct FallenComponent: Hashable {
    var role: RoleName
    /// The role's own key of the order.
    var order: OrderKey
    var component: ComponentID
}
