/// How many confirms were owed and did not come, or came late.
package struct ConfirmFaultsMet: Sendable, Hashable {
    package var lost = 0
    package var late = 0
}
