import Testing

@Suite("Conditions that are wrong in a catalog")
struct ConditionProblemTests {
    static let cases = [
        WrongCatalog(
            "names and values close to known ones",
            "    systems: Billing",
            """
                systems:
                  - {system: Billing, when: {pattrn: Service}}
                  - {system: Billing, when: {pattern: Servce, action: ADDD, mode: Deliverr, productClass: Plann}}
            """,
            [
                "18:34: nothing defines 'pattrn', which is close to a built-in name; "
                    + "did you mean 'pattern'?",
                "19:43: unknown pattern 'Servce'; did you mean 'Service'?",
                "19:59: unknown action 'ADDD'; did you mean 'ADD'?",
                "19:71: unknown mode 'Deliverr'; did you mean 'Deliver'?",
                "19:95: unknown product class 'Plann'; did you mean 'Plan'?",
            ]
        ),
        WrongCatalog(
            "conditions that ask nothing",
            "    systems: Billing",
            """
                systems:
                  - {system: Billing, when: {quantity: {atLeats: 3}}}
                  - {system: Billing, when: {CityName: }}
                  - {system: Billing, when: Rio}
            """,
            [
                "18:45: unknown key 'atLeats' in the condition on 'quantity'; did you mean 'atLeast'?",
                "19:44: the condition on 'CityName' has no value; write a value, or {present: false}",
                "20:33: 'when' of a system of function Bill is a text; "
                    + "write names with their values, such as {action: ADD}",
            ]
        ),
    ]

    @Test("Everything is told, with its place and what would be right", arguments: cases)
    func told(_ wrong: WrongCatalog) { #expect(Sample.problems(wrong.text) == wrong.problems) }
}
