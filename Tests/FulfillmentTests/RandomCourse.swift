import Fulfillment
import Orders
import TestSupport
import Testing

/// An order that is treated by chance: valid, late, repeated, early and unknown updates, timers, further
/// submissions.
struct RandomCourse {
    private(set) var run: OrderRun
    private var source: RandomOrders
    private let draft: OrderDraft
    private var lastUpdate: FulfillmentUpdate?
    private let mayCancel: Bool

    init(seed: UInt64, mayCancel: Bool) {
        source = RandomOrders(seed: seed)
        run = OrderRun(source.catalog())
        draft = source.order(linesMax: 24)
        self.mayCancel = mayCancel
    }

    private static let reports: [(String?, String?)] = [
        ("IN PROGRESS", nil), ("IN PROGRESS", "STARTED"), ("IN PROGRESS", "DESIGNED"), ("COMPLETE", nil),
        ("COMPLETE", "FINISHED"), ("FAILED", nil), ("OPEN", nil), ("UNHEARD OF", nil), (nil, "DESIGNED"),
        (nil, "STARTED"), (nil, "NO MILESTONE"),
    ]

    mutating func step() {
        switch source.random.below(100) {
        case 0..<4: resubmit()
        case 4..<16:
            run.now = run.now.advanced(bySeconds: Int64(source.random.below(14_400)) - 1_800)
            run.perform(.timeReached())
        case 16..<24:
            if let lastUpdate { run.receive(lastUpdate) }
        default: run.receive(update())
        }
    }

    mutating func submit() { run.submit(draft) }

    private mutating func resubmit() {
        var again = draft
        again.revision = [nil, "0", "1", "2", "nonsense"][source.random.below(5)]
        run.submit(again)
    }

    private mutating func update() -> FulfillmentUpdate {
        let components = run.state?.components ?? []
        let component = components.isEmpty ? nil : components[source.random.below(components.count)]
        let (code, milestone) = Self.reports[source.random.below(Self.reports.count)]
        var update = FulfillmentUpdate(
            orderKey: draft.key,
            component: component?.id ?? "A/B/C",
            milestone: milestone
        )
        update.status = code.map { ReportedStatus(code: $0) }
        if mayCancel && source.random.percent(10) { update.status = ReportedStatus(code: "CANCELLED") }
        if source.random.percent(5) { update.component = "X/Y/Z" }
        if source.random.percent(20) {
            update.correlation = update.component.map {
                ComponentCorrelation.text(order: draft.key, component: $0)
            }
            update.component = nil
        }
        if source.random.percent(40), let lines = component?.plan.lines,
            let line = lines.randomElement(using: &source.random)
        {
            update.lines = [lineUpdate(line)]
            if source.random.percent(50) { update.status = nil }
        }
        if source.random.percent(4) { update.lines.append(lineUpdate("no such line")) }
        lastUpdate = update
        return update
    }

    private mutating func lineUpdate(_ line: LineID) -> LineUpdate {
        var update = LineUpdate(lineID: line)
        if source.random.percent(70) {
            let (code, milestone) = Self.reports[source.random.below(Self.reports.count)]
            update.status = code.map { ReportedStatus(code: $0) }
            update.milestone = milestone
        }
        if source.random.percent(30) {
            update.attributes = [
                LineAttribute(name: "serial", value: ["", "1", "2"][source.random.below(3)])
            ]
        }
        return update
    }

    /// One round in which time passes and every system that was asked answers with all it has.
    mutating func finish() {
        let due = run.state?.components.compactMap(\.scheduledFor).max()
        if let due, due > run.now { run.now = due }
        run.perform(.timeReached())
        for component in run.state?.components ?? [] where component.processing != .notStarted {
            run.report(
                component.id,
                "COMPLETE",
                lines: component.plan.lines.map {
                    LineUpdate(lineID: $0, attributes: [LineAttribute(name: "serial", value: "1")])
                }
            )
        }
    }
}
