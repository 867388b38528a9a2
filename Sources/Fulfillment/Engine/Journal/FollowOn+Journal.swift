internal import Orders

extension BaseOutcome: JournalValue {}

extension BaseReference: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("order", order)
        json.field("line", line)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(order: try json.value("order"), line: try json.optional("line"))
    }
}

extension OrderRelations: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("bases", bases)
        json.field("followers", followers)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init()
        bases = try json.value("bases")
        followers = try json.value("followers")
    }
}

extension OrderRelations.Base: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("reference", reference)
        json.field("outcome", outcome)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(reference: try json.value("reference"), outcome: try json.optional("outcome"))
    }
}

extension Follower: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("order", order)
        json.field("line", line)
        json.field("told", told)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            order: try json.value("order"),
            line: try json.optional("line"),
            told: try json.optional("told")
        )
    }
}

// How an order stands to those it follows, and to those that follow it.
extension OrderEvent {
    func writeFollowOn(to json: inout JSONWriter) {
        switch self {
        case .baseAsked(let base): json.field("_0", base)
        case .baseAnswered(let base, let outcome):
            json.field("_0", base)
            json.field("outcome", outcome)
        case .followerKnown(let follower), .followerTold(let follower): json.field("_0", follower)
        default: break
        }
    }

    static func followOn(_ kind: Kind, fieldsOf json: inout JSONReader) throws(JSONDamage) -> OrderEvent {
        switch kind {
        case .baseAsked: .baseAsked(try json.value("_0"))
        case .baseAnswered: .baseAnswered(try json.value("_0"), outcome: try json.value("outcome"))
        case .followerKnown: .followerKnown(try json.value("_0"))
        default: .followerTold(try json.value("_0"))
        }
    }
}
