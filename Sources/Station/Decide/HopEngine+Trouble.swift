internal import Fulfillment
internal import Orders

extension HopEngine {
    /// Trouble of the station itself, which no order and no message is to blame for: told to handlers of faults.
    func tell(_ trouble: Failure, ofRole index: Int, _ group: inout GroupInProgress) {
        let role = roles[index]
        let report = FaultReport(failure: trouble, role: role.role, occurredAt: group.now)
        append(fault: report, origin: nil, cause: nil, order: nil, role: role, &group)
    }
}
