import Orders
import Testing

@Suite("Failures")
struct FailureTests {
    @Test("every code is its own, in capitals, with advice")
    func codes() {
        #expect(Set(FailureCode.allCases.map(\.rawValue)).count == FailureCode.allCases.count)
        for code in FailureCode.allCases {
            #expect(code.rawValue.allSatisfy { $0.isASCII && ($0.isUppercase || $0 == "_") })
            #expect(code.correctiveAction.count > 10)
            #expect(code.correctiveAction.hasSuffix("."))
        }
    }

    /// Every code that is published, with what handlers may rely on.
    private static let published = """
        MESSAGE_NOT_XML business ERROR
        MESSAGE_TOO_LARGE business ERROR
        MESSAGE_UNSAFE business ERROR
        MESSAGE_NOT_RECOGNIZED business ERROR
        MESSAGE_WRONG_QUEUE business ERROR
        MESSAGE_WRONG_CONTENT_TYPE business ERROR
        MESSAGE_ID_MISSING business ERROR
        MESSAGE_ID_REUSED business ERROR
        ORDER_ID_MISSING business ERROR
        ORDER_INVALID business ERROR
        ACTION_UNKNOWN business ERROR
        MODE_UNKNOWN business ERROR
        PRIORITY_OUT_OF_RANGE business ERROR
        REVISION_NOT_A_NUMBER business ERROR
        DATE_NOT_READABLE business ERROR
        LINE_ID_MISSING business ERROR
        LINE_ID_REPEATED business ERROR
        LINE_LIMIT_EXCEEDED business ERROR
        ORDER_WITHOUT_LINES business ERROR
        PARENT_LINE_UNKNOWN business ERROR
        PARENT_LINE_CYCLE business ERROR
        PRODUCT_CLASS_UNMAPPED business ERROR
        SYSTEM_NOT_FOUND business ERROR
        DEPENDENCY_CYCLE business ERROR
        POLICY_REFUSED business ERROR
        VALUE_UNMAPPED business ERROR
        REVISION_STALE business WARNING
        TRANSACTION_NOT_PERMITTED business ERROR
        ORDER_UNKNOWN business WARNING
        COMPONENT_LATE business WARNING
        COMPONENT_UNKNOWN business WARNING
        LINE_UNKNOWN business WARNING
        STATUS_UNMAPPED business WARNING
        SYSTEM_CANCELLED business ERROR
        SYSTEM_REFUSED business ERROR
        PARKED_TOO_LONG business ERROR
        POINT_OF_NO_RETURN business ERROR
        TRANSITION_WAITING business WARNING
        UNDO_FAILED business ERROR
        SYSTEM_SILENT technical ERROR
        BASE_ORDER_UNKNOWN business ERROR
        BASE_ORDER_ENDED business ERROR
        BASE_ORDER_CIRCLE business ERROR
        OPERATION_INVALID business WARNING
        BROKER_UNAVAILABLE technical ERROR
        QUEUE_UNAVAILABLE technical ERROR
        MESSAGES_HELD technical ERROR
        STORE_UNAVAILABLE technical ERROR
        QUEUE_PAUSED technical CRITICAL
        INTERNAL_FAULT technical CRITICAL
        """

    @Test("the published list: each code with its class, which decides on retries, and its severity (A49)")
    func publishedList() {
        let list = FailureCode.allCases.map {
            "\($0.rawValue) \($0.failureClass.rawValue) \($0.severity.rawValue)"
        }
        #expect(list.sorted() == Self.published.split(separator: "\n").map(String.init).sorted())
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
