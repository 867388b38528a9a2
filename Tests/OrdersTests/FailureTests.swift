import Orders
import Testing

@Suite("Failures")
struct FailureTests {
    @Test("every code is its own, in capitals, with advice, a class and a severity")
    func codes() {
        #expect(Set(FailureCode.allCases.map(\.rawValue)).count == FailureCode.allCases.count)
        for code in FailureCode.allCases {
            #expect(code.rawValue.allSatisfy { $0.isASCII && ($0.isUppercase || $0 == "_") })
            #expect(code.correctiveAction.count > 10)
            #expect(code.correctiveAction.hasSuffix("."))
            #expect(FailureSeverity.allCases.contains(code.severity))
        }
        #expect(FailureCode.internalFault.failureClass == .technical)
        #expect(FailureCode.orderInvalid.failureClass == .business)
    }

    @Test("a text that quotes a whole message is cut off")
    func longText() {
        let failure = Failure(
            .systemRefused,
            String(repeating: "x", count: 100_000),
            correctiveAction: String(repeating: "y", count: 100_000),
            externalCode: String(repeating: "z", count: 100_000)
        )
        #expect(failure.text.count == Failure.textCharactersMax)
        #expect(failure.correctiveAction.count == Failure.textCharactersMax)
        #expect(failure.externalCode?.count == Failure.textCharactersMax)
    }

    @Test(
        "a priority is 0 to 9",
        arguments: [(-1, false), (0, true), (5, true), (9, true), (10, false), (42, false)]
    )
    func priorities(value: Int, isValid: Bool) {
        #expect((OrderPriority(value) != nil) == isValid)
        #expect(OrderPriority.standard.value == 5)
    }

    @Test("a component is finished in exactly the four states that nobody waits for")
    func finished() {
        let finished = Set(ProcessingState.allCases.filter(\.isFinished))
        #expect(finished == [.completed, .failedContinue, .undoCompleted, .undoFailedContinue])
        #expect(ProcessingState.allCases.count == 10)
    }
}
