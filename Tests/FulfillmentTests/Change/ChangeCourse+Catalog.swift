import Fulfillment
import Orders
import TestSupport

// The rules by which an order is fulfilled and changed, by chance.
extension ChangeCourse {
    static func catalog(_ random: inout SeededRandom) -> FulfillmentCatalog {
        var catalog = TestCatalogs.functions(
            [
                TestCatalogs.function("A"), TestCatalogs.function("B", granularity: .bundle),
                TestCatalogs.function("C", granularity: .order), TestCatalogs.function("D"),
            ],
            dependencies: [("A", "B"), ("B", "C"), ("A", "D")].map { blocking, blocked in
                DependencyRule(
                    blocked: ComponentSelector(function: FunctionName(rawValue: blocked)),
                    blocking: ComponentSelector(function: FunctionName(rawValue: blocking))
                )
            },
            startPolicy: .immediate
        )
        if random.percent(25) {
            catalog.functions["D"]?.pointsOfNoReturn = [
                PointOfNoReturn(.soft, from: "IN_PROGRESS"), PointOfNoReturn(.hard, from: "COMPLETE"),
            ]
            if random.percent(50) { catalog.changes.beyondReturn = .park }
        }
        if random.percent(30) { catalog.functions["B"]?.onChange = CompensationStrategy(.undoThenDo) }
        if random.percent(20) {
            let grace = GracePeriod(secondsMax: random.percent(50) ? 600 : 6_000)
            catalog.changes.amendGrace = grace
            catalog.changes.suspendGrace = grace
            catalog.changes.cancelGrace = grace
        }
        if random.percent(60) {
            catalog.systems["B"]?.silenceSecondsMax = 300
            catalog.systems["C"]?.silenceSecondsMax = 300
            catalog.systems["D"]?.silenceSecondsMax = 300
        }
        if random.percent(30) { catalog.containment = .order }
        if random.percent(25) {
            catalog.fallout = [FalloutRule(systems: ["D"], action: .downstream)]
        }
        if random.percent(25) { catalog.changes.afterEnd = .reopen }
        if random.percent(35) {
            let functions: Set<FunctionName> = ["B", "C", "D"]
            catalog.fallout.append(
                FalloutRule(functions: functions, codes: ["SYSTEM_REFUSED"], action: .rollBack)
            )
        }
        if random.percent(15) {
            catalog.fallout.append(FalloutRule(functions: ["A"], codes: ["SYSTEM_REFUSED"], action: .abort))
        }
        if random.percent(25) {
            let retry = FalloutAction.retry(times: 2, firstMilliseconds: 60_000)
            catalog.fallout.append(FalloutRule(functions: ["A", "D"], action: retry))
        }
        let functions: [FunctionName] = ["A", "B", "C", "D"]
        if random.percent(40) {
            catalog.functions[functions[random.below(4)]]?.onChange = CompensationStrategy(.none)
        }
        if random.percent(50) {
            catalog.functions[functions[random.below(4)]]?.onRemoval = CompensationStrategy(.none)
        }
        if random.percent(25) { catalog.revisionPolicy = .arrival }
        if random.percent(30) {
            let asked: [OrderTransaction] = [.submitAmendment, .cancel, .suspend]
            let states: [LifecycleState] = [.inProgress, .amending, .suspended]
            let notes: Set<String> = ["0", "1", "2", "3", "4"]
            catalog.changes.forbidden = [
                ForbiddenTransaction(
                    [asked[random.below(3)], asked[random.below(3)]],
                    in: [states[random.below(3)]],
                    when: random.percent(50) ? .always : .isOneOf(name: "note", values: notes),
                    message: "not now"
                )
            ]
        }
        return catalog
    }
}
