import Fulfillment
import Orders

// Follow-on orders.
extension OrderEvent {
    var namedOfFollowOn: (name: String, fields: [String: JSONValue]) {
        switch self {
        case .baseAsked(let base):
            ("baseAsked", ["base": JSONValue(base.order), "baseLine": JSONValue(base.line)])
        case .baseAnswered(let base, let outcome):
            (
                "baseAnswered",
                [
                    "base": JSONValue(base.order), "baseLine": JSONValue(base.line),
                    "outcome": JSONValue(outcome.rawValue),
                ]
            )
        case .followerKnown(let follower):
            ("followerKnown", ["follower": JSONValue(follower.order), "line": JSONValue(follower.line)])
        case .followerTold(let follower):
            (
                "followerTold",
                [
                    "follower": JSONValue(follower.order), "line": JSONValue(follower.line),
                    "outcome": JSONValue(follower.told?.rawValue),
                ]
            )
        default: ("", [:])
        }
    }
}

extension HopSentences {
    func sentenceOfFollowOn(_ event: OrderEvent) -> String {
        switch event {
        case .baseAsked(let base): return "It waits for \(base), which is asked to tell when that is done."
        case .baseAnswered(let base, let outcome):
            switch outcome {
            case .done: return "What it waited for is done: \(base)."
            case .cancelled: return "What it waits for was cancelled: \(base)."
            case .unknown: return "What it waits for is not known: \(base)."
            case .circle: return "What it waits for waits for this order itself: \(base)."
            case .waived: return "It no longer waits for \(base)."
            }
        case .followerKnown(let follower):
            let line = follower.line.map { "line \($0)" } ?? "this order"
            return "Order \(follower.order) waits for \(line)."
        case .followerTold(let follower):
            return "Order \(follower.order) is told: \(follower.told?.rawValue ?? "nothing")."
        default: return ""
        }
    }
}

extension OrderView {
    /// The orders that it follows, and those that follow it, as an operator reads them.
    var relationLines: [String] {
        guard let relations = state.relations?.value else { return [] }
        let bases = relations.bases.map { base in
            "follows \(base.reference): \(base.outcome.map { "\($0.rawValue)" } ?? "awaited")"
        }
        let followers = relations.followers.map { follower in
            "followed by order \(follower.order)\(follower.line.map { ", line \($0)" } ?? ""): "
                + (follower.told.map { "told \($0.rawValue)" } ?? "waits")
        }
        return bases + followers
    }

    /// The same for programs: what it follows.
    var follows: JSONValue {
        .array(
            (state.relations?.value.bases ?? []).map { base in
                [
                    "order": JSONValue(base.reference.order), "line": JSONValue(base.reference.line),
                    "outcome": JSONValue(base.outcome?.rawValue),
                ]
            }
        )
    }

    /// The same for programs: who follows it.
    var followedBy: JSONValue {
        .array(
            (state.relations?.value.followers ?? []).map { follower in
                [
                    "order": JSONValue(follower.order), "line": JSONValue(follower.line),
                    "told": JSONValue(follower.told?.rawValue),
                ]
            }
        )
    }
}
