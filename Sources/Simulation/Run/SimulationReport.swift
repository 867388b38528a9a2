/// How a run ended.
package struct SimulationReport: Sendable {
    package var seed: UInt64
    /// What does not hold; empty when all is well.
    package var violations: [String] = []
    package var orders = 0
    /// Faults that took effect, by kind.
    package var faults: [FaultKind: Int] = [:]
    /// What came of them, and of chance, between the broker and the processes.
    package var circumstances: [Circumstance: Int] = [:]
    /// What happened to orders that change, by kind.
    package var changes: [ChangeKind: Int] = [:]
    /// What the checks let pass, and of how many.
    package var exemptions: [Exemption: ExemptionShare] = [:]
    package var steps = 0
    package var restarts = 0
    package var commits = 0
    /// From the end of the faults until nothing was left to do.
    package var recoveryMilliseconds: Int64 = 0
    package var simulatedMilliseconds: Int64 = 0
    /// Equal for equal runs.
    package var digest: UInt64 = 0

    package init(seed: UInt64) { self.seed = seed }

    package var faultCount: Int { faults.values.reduce(0, +) }
}
