import Testing

@Suite("What is wrong with changes and fallout in a catalog")
struct ChangeProblemTests {
    static let cases = [
        WrongCatalog(
            "points of no return of unknown states, patterns and kinds",
            "    duration: PT1H",
            """
                pointsOfNoReturn:
                  - {state: STARTED, is: soft}
                  - {state: COMPLETE, is: firm, patterns: [Servce]}
                  - {state: COMPLETE}
            """,
            [
                "22:17: unknown state 'STARTED'; known: 'CANCELLED', 'COMPLETE', 'FAILED', 'IN_PROGRESS', "
                    + "'IN_PROGRESS-STARTED', 'OPEN'",
                "23:31: 'is' of a point of no return of function Provision is 'firm'; it may be soft, hard",
                "23:48: unknown pattern 'Servce'; did you mean 'Service'?",
                "24:9: a point of no return of function Provision has no 'is'; add the key 'is'",
            ]
        ),
        WrongCatalog(
            "components that are late before their time, or without one",
            "    duration: PT1H",
            """
                duration: PT1H
                late: {after: PT30M, jeopardyEvery: PT0.5S}
            """,
            [
                "22:19: warning: 'after' of 'late' of function Provision is shorter than its 'duration': "
                    + "it is late before it usually ends; write a longer one",
                "22:41: 'jeopardyEvery' of 'late' of function Provision is less than a second; "
                    + "write at least PT1S",
            ]
        ),
        WrongCatalog(
            "strategies that are none",
            "    duration: PT1H",
            """
                onChange: undo than do
                onRemoval: redo
            """,
            [
                "21:15: 'onChange' of function Provision is 'undo than do'; did you mean 'undo then do'?",
                "22:16: 'onRemoval' of function Provision is 'redo'; it may be undo, none",
            ]
        ),
        WrongCatalog(
            "choices of a strategy that do not end, or go on after the end",
            "    duration: PT1H",
            """
                onChange:
                  - {do: none, when: {acton: ADD}}
                onRemoval: [none, undo]
            """,
            [
                "22:9: 'onChange' of function Provision says nothing of what meets none of its conditions; "
                    + "end it with one of redo, undo then do, none",
                "22:27: nothing defines 'acton', which is close to a built-in name; did you mean 'action'?",
                "23:23: warning: this choice of 'onRemoval' of function Provision is never taken, "
                    + "one before it has no condition; put the choice without condition last",
            ]
        ),
        WrongCatalog(
            "changes that are misspelled",
            "upstream:",
            """
            changes:
              beyondReturn: parking
              grace:
                suspend: {max: unlimted}
                amend: {jeopardyEvery: PT0.5S}
                cancle: {max: PT1H}
            upstream:
            """,
            [
                "48:17: 'beyondReturn' of changes is 'parking'; it may be refuse, park",
                "50:20: 'max' of 'suspend' of 'grace' of changes is 'unlimted'; "
                    + "write unlimited, or an ISO 8601 duration such as PT1H",
                "51:12: 'amend' of 'grace' of changes has no 'max'; add the key 'max'",
                "51:28: 'jeopardyEvery' of 'amend' of 'grace' of changes is less than a second; "
                    + "write at least PT1S",
                "52:5: unknown key 'cancle' in 'grace' of changes; did you mean 'cancel'?",
            ]
        ),
        WrongCatalog(
            "transition conditions about transactions, states and properties that there are not, or without a message",
            "upstream:",
            """
            changes:
              forbid:
                - {transactions: cancell, message: No}
                - {transactions: [update], message: No}
                - {transactions: cancel, states: [In Progres], message: No}
                - {transactions: cancel}
                - {message: No}
                - {transactions: cancel, message: No, severity: GRAVE, unless: x}
                - {transactions: cancel, message: No, when: {acton: ADD}}
            upstream:
            """,
            [
                "49:22: 'cancell' in 'transactions' of a row of 'forbid' is not known; did you mean 'cancel'?",
                "50:23: 'update' in 'transactions' of a row of 'forbid' is not known; known are submitAmendment, "
                    + "suspend, resume, cancel, fail, abort, resolveFailure, delete",
                "51:39: 'In Progres' in 'states' of a row of 'forbid' is not known; did you mean 'In Progress'?",
                "52:7: a row of 'forbid' has no 'message'; add the key 'message'",
                "53:7: a row of 'forbid' has no 'transactions'; add the key 'transactions'",
                "54:53: 'severity' of a row of 'forbid' is 'GRAVE'; it may be VALID, WARNING, ERROR, CRITICAL",
                "54:60: unknown key 'unless' in a row of 'forbid'; known: 'message', 'severity', 'states', "
                    + "'transactions', 'when'",
                "55:50: nothing defines 'acton', which is close to a built-in name; did you mean 'action'?",
            ]
        ),
        WrongCatalog(
            "a fallout table with unknown names, and a row that is never reached",
            "upstream:",
            """
            fallout:
              - {functions: [Provsion], systems: [Network], codes: [SYSTEM_REFUSD], do: wait}
              - {codes: ["4711"], do: {retry: 0}}
              - {do: rollback}
              - {functions: [Bill], do: abort}
            upstream:
            """,
            [
                "48:18: unknown function 'Provsion'; did you mean 'Provision'?",
                "48:57: warning: code 'SYSTEM_REFUSD' is close to one of this station's own; "
                    + "did you mean 'SYSTEM_REFUSED'? Leave it when a system says it so",
                "49:35: 'retry' of 'do' of a row of 'fallout' is 0; it must be from 1 to 1000",
                "50:10: 'do' of a row of 'fallout' is 'rollback'; did you mean 'roll back'?",
                "51:5: warning: this row of 'fallout' is never reached, one before it fits every failure; "
                    + "put the row without functions, systems and codes last",
            ]
        ),
        WrongCatalog(
            "what is no refusal left to the system",
            "upstream:",
            """
            fallout:
              - {codes: [E-17, SYSTEM_SILENT], do: downstream}
              - {codes: [E-18], do: down stream}
            upstream:
            """,
            [
                "48:40: warning: 'do: downstream' of a row of 'fallout' says nothing about code 'SYSTEM_SILENT', "
                    + "which is no system's refusal; give that code a row of its own",
                "49:25: 'do' of a row of 'fallout' is 'down stream'; did you mean 'downstream'?",
            ]
        ),
        WrongCatalog(
            "a silence in words, and a refusal of something nobody asks",
            "    emulate:\n      replies:",
            """
                silence: half an hour
                emulate:
                  refuse:
                    - {when: {action: ADD}, execution: reundo, reason: NO}
                  replies:
            """,
            [
                "43:14: 'silence' of system Network is 'half an hour'; "
                    + "write an ISO 8601 duration, such as PT30M, P2D or PT0.5S",
                "46:44: 'execution' of an emulated refusal of system Network is 'reundo'; did you mean 'redo'?",
            ]
        ),
    ]

    @Test("Everything is told, with its place and what would be right", arguments: cases)
    func told(_ wrong: WrongCatalog) { #expect(Sample.problems(wrong.text) == wrong.problems) }
}
