import Orders

/// What a tour has sent, and what it expects of it.
struct TourProgress {
    var sent = 0
    /// Messages that are readable orders.
    var orders = 0
    /// Orders sent that the store did not show yet.
    var notArrived: [OrderID] = []
    /// Messages sent with something wrong on purpose, by the code of the fault they come to.
    var expectedFaults: [String: Int] = [:]

    /// Whether everything that is wrong on purpose was told.
    func isTold(by seen: [String: Int]) -> Bool {
        expectedFaults.allSatisfy { seen[$0.key, default: 0] >= $0.value }
    }

    /// Faults beyond those expected, by code: what a system refuses each role tells that has a part in the order.
    func unexpectedFaults(seen: [String: Int], roles: Int) -> [String: Int] {
        var unexpected: [String: Int] = [:]
        for (code, count) in seen {
            let messages = expectedFaults[code, default: 0]
            let most = code == FailureCode.systemRefused.rawValue ? messages * roles : messages
            if count > most { unexpected[code] = count - most }
        }
        return unexpected
    }
}

/// How a tour ended.
struct TourOutcome {
    /// Whether every order came to its end, or went on until somebody stopped it.
    var isComplete: Bool
    var unexpectedFaults: [String: Int]

    /// What was not as it should be.
    var problems: [String] {
        var problems: [String] = []
        if !isComplete { problems.append("not every order came to its end; see `waystation orders`") }
        if !unexpectedFaults.isEmpty {
            let list = unexpectedFaults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            problems.append(
                "faults that no example is made for: \(list.joined(separator: ", ")); see `waystation orders`"
            )
        }
        return problems
    }
}
