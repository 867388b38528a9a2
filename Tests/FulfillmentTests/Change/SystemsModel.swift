import Fulfillment
import Orders
import TestSupport

/// The fulfillment systems around an order, as they see it: requests come, are carried out or refused, and answers go
/// back whenever chance wants.
///
/// It knows nothing of the engine but its messages.
struct SystemsModel {
    /// What a system holds of a component: the lines with the values it was asked for.
    typealias Content = [LineID: OrderLine]

    struct Answer {
        var component: ComponentID
        var correlation: String
        var statuses: [String]
        var lines: [LineID]
        /// Lines that the first of the statuses was reported of already.
        var told: Set<LineID> = []

        /// What is reported next: the status of some lines, or of all when `count` is `nil`.
        mutating func next(_ count: Int?) -> (status: String, lines: [LineID]?) {
            let status = statuses[0]
            let open = lines.filter { !told.contains($0) }
            guard let count, count < open.count || !told.isEmpty else {
                statuses.removeFirst()
                told = []
                return (status, nil)
            }
            let named = Array(open.prefix(count))
            told.formUnion(named)
            if named.count == open.count {
                statuses.removeFirst()
                told = []
            }
            return (status, named)
        }
    }

    private(set) var held: [ComponentID: Content] = [:]
    /// Answers under way, each to be delivered status by status.
    var answers: [Answer] = []
    private(set) var problems: [String] = []
    /// Systems refuse no more from then on.
    var isSettling = false
    /// Refuse at first, and then do all the same what they were asked for.
    var mendsItself: (ComponentID) -> Bool = { _ in false }
    private var refused: Set<ComponentID> = []
    /// What was asked for last, whether it was refused or not.
    private(set) var lastAsked: [ComponentID: Content] = [:]

    /// Asked for without the system ever having heard of it.
    private var lost: Set<ComponentID> = []
    /// What was answered last under each correlation: the same request again is answered the same.
    private var answered: [String: Answer] = [:]
    /// What was asked for under each correlation, whether it arrived or not.
    private var asked: [String: Content] = [:]

    mutating func take(_ request: ComponentRequest, of order: Order, refuses: Bool) {
        let isRepeated = isRepeated(request)
        note(request, of: order)
        if let known = answered[request.correlation] {
            if !answers.contains(where: { $0.correlation == request.correlation }) { answers.append(known) }
            return
        }
        carryOut(request, of: order, refuses: refuses, isRepeated: isRepeated)
        if let answer = answers.last { answered[request.correlation] = answer }
    }

    /// A request that never arrives; its system knows nothing of it.
    mutating func lose(_ request: ComponentRequest, of order: Order) {
        note(request, of: order)
        lost.insert(request.component)
    }

    /// Whether it was sent before, and is sent again as nobody answered.
    func isRepeated(_ request: ComponentRequest) -> Bool { asked[request.correlation] != nil }

    private mutating func note(_ request: ComponentRequest, of order: Order) {
        let content = Self.content(request, of: order)
        if let before = asked[request.correlation], before != content {
            problems.append("\(request.correlation) is repeated with other values than before")
        }
        asked[request.correlation] = asked[request.correlation] ?? content
        if request.execution != .undo { lastAsked[request.component] = content }
    }

    private static func content(_ request: ComponentRequest, of order: Order) -> Content {
        let former = Dictionary(
            request.formerLines.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let wanted = Dictionary(order.lines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var content: Content = [:]
        for line in request.lines { content[line] = former[line] ?? wanted[line] }
        return content
    }

    // MARK: What people do

    /// As the order has these lines now; `nil` for as its system was asked for them.
    mutating func doByHand(_ id: ComponentID, as lines: [LineID]?, of order: Order) {
        let known = Dictionary(order.lines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var content: Content = lines == nil ? lastAsked[id] ?? [:] : [:]
        for line in lines ?? [] { content[line] = known[line] }
        held[id] = content
        lastAsked[id] = content
        refused.remove(id)
        lost.remove(id)
    }

    mutating func undoByHand(_ id: ComponentID) {
        held[id] = nil
        refused.remove(id)
        lost.remove(id)
    }

    /// What a system mends it is told to forget, as it will be asked anew.
    mutating func forget(_ id: ComponentID) {
        undoByHand(id)
        refused.insert(id)
        answers.removeAll { $0.component == id }
    }

    // MARK: What systems do

    private mutating func carryOut(
        _ request: ComponentRequest,
        of order: Order,
        refuses: Bool,
        isRepeated: Bool
    ) {
        let content = Self.content(request, of: order)
        let refuses = refuses && !isSettling
        let id = request.component
        switch request.execution {
        case .perform:
            // One whose answer is still on its way, or was when this was sent first, may have been given up and asked
            // for anew.
            let isAnswered = !isRepeated && !answers.contains { $0.component == id }
            if held[id] != nil, isAnswered {
                problems.append("\(id) is asked for although its system has done it")
            }
        case .redo:
            if held[id] == nil, !refused.contains(id), !lost.contains(id) {
                problems.append("\(id) is redone, but was never done")
            }
        case .undo:
            if let known = held[id] {
                if known != content, lastAsked[id] != content {
                    problems.append("\(id) is undone with other values than it was done with")
                }
            } else if !refused.contains(id), !lost.contains(id) {
                problems.append("\(id) is undone, but nothing of it is there")
            }
        }
        lost.remove(id)
        let mends = refuses && request.execution != .undo && mendsItself(id)
        if refuses, !mends {
            refused.insert(id)
            answers.append(
                Answer(
                    component: id,
                    correlation: request.correlation,
                    statuses: ["FAILED"],
                    lines: request.lines
                )
            )
            return
        }
        refused.remove(id)
        held[id] = request.execution == .undo ? nil : content
        answers.append(
            Answer(
                component: id,
                correlation: request.correlation,
                statuses: request.execution == .undo
                    ? ["CANCELLED"] : (mends ? ["FAILED"] : []) + ["IN PROGRESS", "COMPLETE"],
                lines: request.lines
            )
        )
    }
}
